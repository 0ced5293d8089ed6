package io.mailvane.appliance.node;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.Acceptance;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Zone-b, and partitions of nodes that are gone, on one volume. Its time is moved on. */
abstract class AdoptionsKit {
    static final Duration TERM = Duration.ofMinutes(2);
    static final Duration SECOND = Duration.ofSeconds(1);
    /** Shorter than a lease. */
    static final Duration STEP = Duration.ofMinutes(1);

    @TempDir
    Path volume;

    final AtomicLong skew = new AtomicLong();
    boolean isOwnerGone;
    MessageQueue queue;
    Leases leases;
    Adoptions adoptions;

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

    long now() {
        return System.nanoTime() + skew.get();
    }

    Adoptions adoptions(Leases leases) {
        return new Adoptions("zone-b", leases, this::segments, TERM, this::now);
    }

    SegmentStore segments(String partition) throws IOException {
        return new FileSegmentStore(volume.resolve(partition));
    }

    Leases leases(String node) {
        return leases(node, this::now);
    }

    Leases leases(String node, LongSupplier ticker) {
        var owner = new Leases.Owner(node, Incarnation.ofThisProcess(), other -> isOwnerGone);
        return new Leases(new FileLeaseStore(volume), owner, LeaseTerm.of(TERM), ticker, (lease, why) -> {});
    }

    MessageQueue open(String node, String partition) throws IOException {
        var settings = new QueueSettings(
                node, new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 10);
        return MessageQueue.open(
                settings,
                new FileSegmentStore(volume.resolve(partition)),
                occasion -> Optional.empty(),
                InstantSource.system());
    }

    /** A node that took its partition, and handed it over in order. */
    void handOver(String node) throws IOException {
        var theirs = leases(node);
        var own = theirs.takeOwn(partition -> 0).orElseThrow();
        open(node, own.partition()).close();
        theirs.release(own, Heartbeat.State.HANDED_OVER);
    }

    Standing standing(String partition) throws IOException {
        return leases("zone-c").look().stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    boolean isFinished(String partition) throws IOException {
        var leases = leases("zone-d");
        leases.look();
        return leases.isFinished(partition);
    }

    static void accept(MessageQueue queue) throws Exception {
        var envelope = Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("you@shop.example"))));
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(new byte[] {'x'}, 0, 1);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
        }
    }

    /** One whose process may live, seen for the first time. */
    MessageQueue silentOwner() throws IOException {
        var own = leases("zone-a").takeOwn(partition -> 0).orElseThrow();
        adoptions.watch(queue);
        return open("zone-a", own.partition());
    }

    void watchAfter(Duration time) throws IOException {
        skew.addAndGet(time.toNanos());
        adoptions.watch(queue);
    }

    /** As the node does: its leases are renewed, and the volume is watched. */
    void keepFor(Duration time) throws IOException {
        for (var left = time; left.isPositive(); left = left.minus(STEP)) {
            skew.addAndGet(STEP.toNanos());
            leases.renewAll();
            adoptions.watch(queue);
        }
    }
}
