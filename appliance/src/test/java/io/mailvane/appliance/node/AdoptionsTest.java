package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.web.PartitionStatus;
import io.mailvane.appliance.web.Takeovers;
import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.queue.SegmentStore;
import io.mailvane.storage.FileLeaseStore;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.Incarnation;
import io.mailvane.storage.LeaseTerm;
import io.mailvane.storage.Leases;
import io.mailvane.storage.Standing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What zone-b does with the partitions of nodes that are gone. */
class AdoptionsTest {
    private static final Duration TERM = Duration.ofMinutes(2);
    private static final Duration SECOND = Duration.ofSeconds(1);
    /** Shorter than a lease. */
    private static final Duration STEP = Duration.ofMinutes(1);

    @TempDir
    private Path volume;

    /** Of a segment's header. */
    private static final int FORMAT_AT = 8;

    private static final int CHECKED = 124;

    private final AtomicLong skew = new AtomicLong();
    private boolean isOwnerGone;
    private MessageQueue queue;
    private Leases leases;
    private Adoptions adoptions;

    @BeforeEach
    void begin() throws IOException {
        leases = leases("zone-b");
        leases.takeOwn(partition -> 0);
        queue = open("zone-b", "zone-b");
        adoptions = adoptions(leases);
    }

    @AfterEach
    void end() throws IOException {
        queue.close();
    }

    private long now() {
        return System.nanoTime() + skew.get();
    }

    private Adoptions adoptions(Leases leases) {
        return new Adoptions("zone-b", leases, this::segments, TERM, this::now);
    }

    private SegmentStore segments(String partition) throws IOException {
        return new FileSegmentStore(volume.resolve(partition));
    }

    private Leases leases(String node) {
        return leases(node, this::now);
    }

    private Leases leases(String node, LongSupplier ticker) {
        var owner = new Leases.Owner(node, Incarnation.ofThisProcess(), other -> isOwnerGone);
        return new Leases(new FileLeaseStore(volume), owner, LeaseTerm.of(TERM), ticker, (lease, why) -> {});
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
        var frozen = new Adoptions(
                "zone-b",
                leases("zone-b"),
                partition -> {
                    skew.addAndGet(TERM.toNanos());
                    return segments(partition);
                },
                TERM,
                System::nanoTime);
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

    /** Its lease holds still, but a claim is what the partition's owner is known by. */
    @Test
    void saysNotThatAPartitionIsAdoptedWhichAnotherClaimedWhileItWasRead() throws IOException {
        handOver("zone-a");
        var late = new AtomicLong();
        var other = leases("zone-c", () -> now() + late.get());
        var overtaken = new Adoptions(
                "zone-b",
                leases("zone-b"),
                partition -> {
                    other.look();
                    late.addAndGet(TERM.toNanos());
                    var silent = other.look().stream()
                            .filter(each -> each.partition().equals(partition))
                            .findFirst();
                    assertThat(other.adopt(silent.orElseThrow())).isPresent();
                    return segments(partition);
                },
                TERM,
                this::now);

        assertThat(overtaken.adoptNow(queue, "zone-a"))
                .contains("partition zone-a is not adopted: the lease on it was lost while it was read");
        assertThat(overtaken.status()).isEmpty();
    }

    @Test
    void takesNothingFromAnOwnerThatWasHeardAMomentAgo() throws IOException {
        var own = leases("zone-a").takeOwn(partition -> 0).orElseThrow();
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a"))
                .contains("its owner zone-a lives: its heartbeat was seen a moment ago");
        assertThat(standing("zone-a").claim().epoch()).isEqualTo(own.lease().epoch());
    }

    /** A node that took two messages and ended as it says. */
    private void leave(String node, Heartbeat.State how) throws Exception {
        var theirs = leases(node);
        var own = theirs.takeOwn(partition -> 0).orElseThrow();
        try (var former = open(node, own.partition())) {
            accept(former);
            accept(former);
        }
        theirs.release(own, how);
    }

    private static void accept(MessageQueue queue) throws Exception {
        var envelope = Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("you@shop.example"))));
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(new byte[] {'x'}, 0, 1);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
        }
    }

    @ParameterizedTest
    @CsvSource({"HANDED_OVER, 0", "ABANDONED, 2"})
    void doubtsWhatWasDueUnlessItsOwnerEndedInOrder(Heartbeat.State how, long inDoubt) throws Exception {
        leave("zone-a", how);
        adoptions.watch(queue);

        assertThat(adoptions.status())
                .singleElement()
                .extracting(each -> each.adopted().orElseThrow())
                .returns("zone-a", PartitionStatus.Adopted::from)
                .returns(2L, PartitionStatus.Adopted::messages)
                .returns(inDoubt, PartitionStatus.Adopted::inDoubt);
        assertThat(adoptions.takeovers().last())
                .singleElement()
                .matches(each -> each.finished().isEmpty());
    }

    @Test
    void hasDoneWithAPartitionOnceItsLastMessageHasLeft() throws Exception {
        leave("zone-a", Heartbeat.State.HANDED_OVER);
        adoptions.watch(queue);
        relay();
        adoptions.watch(queue);

        assertThat(adoptions.status()).isEmpty();
        assertThat(adoptions.leases()).isEmpty();
        assertThat(isFinished("zone-a")).isTrue();
    }

    /** Frozen, it may have a segment open, and 250 said. */
    @Test
    void readsOnBehindAnOwnerThatMayLiveUntilItIsKnownToHaveEnded() throws Exception {
        try (var former = silentOwner();
                var lines = new Lines(Adoptions.class)) {
            keepFor(TERM);
            assertThat(adoptions.status()).as("nothing is in it, but may come").hasSize(1);
            accept(former);
            watchAfter(SECOND);
            assertThat(lines.lines())
                    .last()
                    .asString()
                    .contains("state=found-more partition=zone-a epoch=2 from=zone-a messages=1 in-doubt=1 ");
            relay();
            watchAfter(SECOND);
            assertThat(adoptions.status()).as("more may come").hasSize(1);
            accept(former);
            isOwnerGone = true;
            watchAfter(SECOND);
            assertThat(adoptions.status()).as("what it wrote last was found").hasSize(1);
            relay();
            watchAfter(SECOND);
            assertThat(isFinished("zone-a")).isTrue();
        }
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

    @Test
    void takesAnOwnerForGoneThatWroteNothingForAnHour() throws Exception {
        try (var former = silentOwner()) {
            accept(former);
            keepFor(TERM);
            relay();
            keepFor(Duration.ofMinutes(59));
            assertThat(adoptions.status()).hasSize(1);
            keepFor(Duration.ofMinutes(2));
            assertThat(isFinished("zone-a")).isTrue();
        }
    }

    /** One whose process may live, seen for the first time. */
    private MessageQueue silentOwner() throws IOException {
        var own = leases("zone-a").takeOwn(partition -> 0).orElseThrow();
        adoptions.watch(queue);
        return open("zone-a", own.partition());
    }

    private void watchAfter(Duration time) throws IOException {
        skew.addAndGet(time.toNanos());
        adoptions.watch(queue);
    }

    /** As the node does: its leases are renewed, and the volume is watched. */
    private void keepFor(Duration time) throws IOException {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) {
            skew.addAndGet(STEP.toNanos());
            leases.renewAll();
            adoptions.watch(queue);
        }
    }

    /** All that is due. */
    private void relay() throws Exception {
        for (var due = queue.takeDue(Duration.ZERO); due.isPresent(); due = queue.takeDue(Duration.ZERO)) {
            var outcome = new DeliveryOutcome.Relayed("mx", SmtpReply.of(250, "2.0.0", "Ok"));
            queue.settle(due.get().id(), List.of(new Attempt(0, Instant.now(), "route", "mx", outcome, "")));
        }
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
