package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.web.Takeovers;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.storage.FileLeaseStore;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.Incarnation;
import io.mailvane.storage.LeaseTerm;
import io.mailvane.storage.Leases;
import io.mailvane.storage.Standing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What zone-b does with the partitions of nodes that are gone. */
class AdoptionsTest {
    private static final Duration TERM = Duration.ofSeconds(10);

    @TempDir
    private Path volume;

    private MessageQueue queue;
    private Leases leases;
    private Adoptions adoptions;

    @BeforeEach
    void begin() throws IOException {
        leases = leases("zone-b");
        leases.takeOwn(partition -> 0);
        queue = open("zone-b", "zone-b");
        adoptions = new Adoptions("zone-b", leases, partition -> new FileSegmentStore(volume.resolve(partition)), TERM);
    }

    @AfterEach
    void end() throws IOException {
        queue.close();
    }

    private Leases leases(String node) {
        var owner = new Leases.Owner(node, Incarnation.ofThisProcess(), other -> false);
        return new Leases(new FileLeaseStore(volume), owner, LeaseTerm.of(TERM), System::nanoTime, (lease, why) -> {});
    }

    private MessageQueue open(String node, String partition) throws IOException {
        var settings = new QueueSettings(
                node, new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 10);
        return MessageQueue.open(
                settings,
                new FileSegmentStore(volume.resolve(partition)),
                occasion -> Optional.empty(),
                InstantSource.system());
    }

    /** A node that took its partition, and handed it over in order. */
    private void handOver(String node) throws IOException {
        var theirs = leases(node);
        var own = theirs.takeOwn(partition -> 0).orElseThrow();
        open(node, own.partition()).close();
        theirs.release(own, Heartbeat.State.HANDED_OVER);
    }

    private Standing standing(String partition) throws IOException {
        return leases("zone-c").look().stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    /** The reading lasts until the lease has lapsed, as where the process is stopped in its middle. */
    @Test
    void saysNotThatAPartitionIsAdoptedWhoseLeaseWasLostWhileItWasRead() throws IOException {
        handOver("zone-a");
        var skew = new AtomicLong();
        var owner = new Leases.Owner("zone-b", Incarnation.ofThisProcess(), other -> false);
        var slow = new Leases(
                new FileLeaseStore(volume),
                owner,
                LeaseTerm.of(TERM),
                () -> System.nanoTime() + skew.get(),
                (lease, why) -> {});
        var frozen = new Adoptions(
                "zone-b",
                slow,
                partition -> {
                    skew.addAndGet(TERM.toNanos());
                    return new FileSegmentStore(volume.resolve(partition));
                },
                TERM);
        try (var lines = new Lines(Adoptions.class)) {
            assertThat(frozen.adoptNow(queue, "zone-a"))
                    .contains("partition zone-a is not adopted: the lease on it was lost while it was read");
            assertThat(lines.lines())
                    .containsExactly("event=alarm what=not-adopted partition=zone-a"
                            + " reason=\"the lease on it was lost while it was read\"");
        }
        assertThat(frozen.status()).isEmpty();
        assertThat(frozen.takeovers()).isEqualTo(Takeovers.NONE);
    }

    @Test
    void remembersATakeoverThatIsFinished() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);

        var past = adoptions.takeovers();
        assertThat(adoptions.status()).isEmpty();
        assertThat(past.count()).isEqualTo(1);
        assertThat(past.last())
                .singleElement()
                .returns("zone-a", Takeovers.Takeover::partition)
                .returns(2L, Takeovers.Takeover::epoch)
                .matches(each -> each.finished().isPresent());
    }

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

    @Test
    void oneThatCannotBeAdoptedKeepsNoOtherFromIt() throws IOException {
        handOver("zone-a");
        handOver("zone-c");
        spoil("zone-a");
        adoptions.watch(queue);

        assertThat(isFinished("zone-c")).as("nothing was in it, so it is done").isTrue();
    }

    private boolean isFinished(String partition) throws IOException {
        var leases = leases("zone-d");
        leases.look();
        return leases.isFinished(partition);
    }

    @Test
    void saysThatNothingIsLeftInWhatIsFinished() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a")).contains("nothing is left in partition zone-a");
    }

    @Test
    void findsAPartitionByItsNodesName() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);
        handOver("zone-a");

        assertThat(standing("zone-a.1").claim().node()).isEqualTo("zone-a");
        assertThat(adoptions.adoptNow(queue, "zone-a")).isEmpty();
        assertThat(standing("zone-a.1").claim().node()).isEqualTo("zone-b");
        assertThat(adoptions.adoptNow(queue, "zone-b")).contains("partition zone-b is this node's already");
        assertThat(adoptions.adoptNow(queue, "zone-x")).contains("there is no partition zone-x on this volume");
    }

    @Test
    void adoptsNothingOnceTheNodeEnds() throws IOException {
        handOver("zone-a");
        adoptions.end();
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a")).contains("the node is being stopped");
        assertThat(adoptions.leases()).isEmpty();
    }
}
