package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.storage.Heartbeat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** What zone-b does with partitions that cannot be read, or not any more. */
class UnreadablePartitionsTest extends AdoptionsKit {
    /** Of a segment's header. */
    private static final int FORMAT_AT = 8;

    private static final int CHECKED = 124;

    /** It has the name of a segment, and cannot be read as one. */
    private void spoil(String partition) throws IOException {
        Files.createDirectory(volume.resolve(partition).resolve("00000099-e00000001-0123456789abcdef.segment"));
    }

    @Test
    void givesBackWhatItCannotReadAndNobodyTakesThatForAnOrderlyEnd() throws IOException {
        handOver("zone-a");
        spoil("zone-a");
        boolean before = standing("zone-a").isInOrder();
        var why = adoptions.adoptNow(queue, "zone-a");

        assertThat(why.orElseThrow()).startsWith("partition zone-a is not adopted: ");
        assertThat(before).isTrue();
        assertThat(standing("zone-a").isInOrder()).isFalse();
        assertThat(standing("zone-a").heartbeat().map(Heartbeat::state)).contains(Heartbeat.State.ABANDONED);
        assertThat(adoptions.leases()).isEmpty();
        assertThat(queue.mayDeliver()).isTrue();
    }

    /** Nor is the log told of it every second. */
    @Test
    void triesAPartitionThatCannotBeReadAgainAfterATermAlone() throws IOException {
        handOver("zone-a");
        spoil("zone-a");
        try (var lines = new Lines(Adoptions.class)) {
            adoptions.watch(queue);
            watchAfter(TERM.minus(SECOND));
            assertThat(lines.lines()).hasSize(1);
            watchAfter(SECOND);
            assertThat(lines.lines())
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("event=alarm what=not-adopted partition=zone-a reason="));
        }
    }

    @Test
    void triesNoPartitionAgainThatALaterVersionWrote() throws IOException {
        handOver("zone-a");
        writtenByALaterVersion("zone-a");
        try (var lines = new Lines(Adoptions.class)) {
            adoptions.watch(queue);
            keepFor(TERM.multipliedBy(3));
            assertThat(lines.lines())
                    .singleElement()
                    .asString()
                    .startsWith("event=alarm what=not-adopted partition=zone-a ")
                    .contains("format 99");
        }
    }

    private void writtenByALaterVersion(String partition) throws IOException {
        var store = segments(partition);
        var file = volume.resolve(partition).resolve(store.list().getFirst());
        store.close();
        var octets = Files.readAllBytes(file);
        var checked = new CRC32C();
        ByteBuffer.wrap(octets).putInt(FORMAT_AT, 99);
        checked.update(octets, 0, CHECKED);
        ByteBuffer.wrap(octets).putInt(CHECKED, (int) checked.getValue());
        Files.write(file, octets);
    }

    @Test
    void oneThatCannotBeAdoptedKeepsNoOtherFromIt() throws IOException {
        handOver("zone-a");
        handOver("zone-c");
        spoil("zone-a");
        adoptions.watch(queue);

        assertThat(isFinished("zone-c")).as("nothing was in it, so it is done").isTrue();
    }

    @Test
    void looksAfterATermAgainAtWhatItCannotReadAnyMoreOfAnOwnerThatMayLive() throws Exception {
        try (var former = silentOwner();
                var lines = new Lines(Adoptions.class)) {
            accept(former);
            keepFor(TERM);
            spoil("zone-a");
            keepFor(TERM.minus(STEP));
            keepFor(STEP);
            assertThat(lines.lines().stream().filter(line -> line.contains("what=partition-unreadable")))
                    .hasSize(1);
            keepFor(TERM);
            assertThat(lines.lines().stream().filter(line -> line.contains("what=partition-unreadable")))
                    .hasSize(2);
            assertThat(adoptions.status()).hasSize(1);
        }
    }
}
