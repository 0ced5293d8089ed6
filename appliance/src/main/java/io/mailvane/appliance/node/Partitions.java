package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.web.PartitionStatus;
import io.mailvane.mail.Lease;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.Adoption;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.PartitionLock;
import io.mailvane.queue.Tenure;
import io.mailvane.storage.FileLeaseStore;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.HeldLease;
import io.mailvane.storage.LeaseKeeper;
import io.mailvane.storage.LeaseTerm;
import io.mailvane.storage.Leases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The partitions that this node acts for, and their leases. Any number of threads. */
final class Partitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private final String node;
    private final Path volume;
    private final Leases leases;
    private final LeaseKeeper keeper;
    private final Consumer<String> lost;
    private final HeldLease own;
    private final Adoptions adoptions;
    private volatile boolean hasBegun;
    private volatile boolean isInOrder;
    private volatile boolean isForAnother;

    /**
     * Takes the node's own partition. Where its former owner may live, that lasts for a lease's term.
     *
     * @param stop is heard while a former owner is waited for
     * @param lost is told, once for each, why a lease is lost: this node must stop to act, and may begin anew
     * @throws StopSignal.StoppedException if that was given: nothing was taken
     * @throws PartitionLock.HeldException if a process of this machine has it
     * @throws io.mailvane.storage.PartitionHeldException if one of another machine has
     */
    Partitions(Configuration configuration, Storage storage, StopSignal stop, Consumer<String> lost)
            throws IOException {
        this.node = configuration.node().name();
        this.volume = configuration.volume().directory();
        this.lost = lost;
        var term = LeaseTerm.of(configuration.volume().leaseTerm());
        this.leases = new Leases(
                new FileLeaseStore(volume), Leases.Owner.ofThisProcess(node), term, System::nanoTime, this::lost);
        PartitionLock.requireFree(volume.resolve(leases.own()));
        this.own = takeOwn(stop);
        this.adoptions = new Adoptions(
                node,
                leases,
                partition -> storage.segments(volume.resolve(partition)),
                configuration.volume().leaseTerm(),
                System::nanoTime);
        this.keeper = LeaseKeeper.start(leases, term);
    }

    private HeldLease takeOwn(StopSignal stop) throws IOException {
        stop.requireNone();
        var taken = leases.takeOwn(this::latestEpoch);
        if (taken.isEmpty()) {
            LOG.info(
                    "{}",
                    LogLine.event("lease")
                            .field("state", "awaited")
                            .field("partition", leases.own())
                            .field("reason", "its former owner may live: its heartbeat is watched for a term"));
        }
        while (taken.isEmpty()) {
            stop.pause(ASK_AGAIN);
            taken = leases.takeOwn(this::latestEpoch);
        }
        LOG.info("{}", line("taken", taken.get().lease()));
        return taken.get();
    }

    /** A store would make the directory, which is the leases' to make. */
    private long latestEpoch(String partition) {
        var directory = volume.resolve(partition);
        try {
            return Files.isDirectory(directory) ? MessageQueue.latestEpoch(new FileSegmentStore(directory)) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LogLine line(String state, Lease lease) {
        return LogLine.event("lease")
                .field("state", state)
                .field("partition", lease.partition())
                .field("epoch", lease.epoch());
    }

    private void lost(HeldLease lease, String why) {
        LOG.error("{}", line("lost", lease.lease()).field("reason", why));
        lost.accept("the lease on partition " + lease.partition() + " is lost: " + why);
    }

    /** Where this node's own partition lies. */
    Path directory() {
        return volume.resolve(own.partition());
    }

    /** By what right this node's own partition is written to. */
    Tenure tenure() {
        return new Tenure(own::lease, System::nanoTime);
    }

    /** How whoever had this node's own partition before ended. */
    Adoption.Ending formerEnding() {
        return own.isCleanSinceBefore() ? Adoption.Ending.IN_ORDER : Adoption.Ending.UNKNOWN;
    }

    /** Those of other owners. */
    Adoptions adoptions() {
        return adoptions;
    }

    /** Its own first. */
    List<PartitionStatus> status() {
        var all = new ArrayList<PartitionStatus>();
        all.add(status(node, own.lease(), Optional.empty()));
        all.addAll(adoptions.status());
        return List.copyOf(all);
    }

    static PartitionStatus status(String owner, Lease lease, Optional<PartitionStatus.Adopted> how) {
        var until = Instant.now().plusNanos(lease.deadlineNanos() - System.nanoTime());
        return new PartitionStatus(nodeOf(lease.partition()), lease.partition(), lease.epoch(), owner, until, how);
    }

    /** Whose mail it took: what stands behind a full stop counts the partitions of that node. */
    static String nodeOf(String partition) {
        return partition.replaceFirst("\\..*", "");
    }

    /** From now on this node acts for its partition, so what is under way when it stops is in doubt. */
    void begin() {
        hasBegun = true;
    }

    /** All that was begun is written, so nothing is in doubt. */
    void endInOrder() {
        isInOrder = true;
    }

    /** From now on an end is for another node to go on at once. */
    void handOver() {
        isForAnother = true;
    }

    /** Whether this node's lease on its own partition holds: asked of memory alone. */
    boolean mayAct() {
        return own.holds();
    }

    /** Whether claims can be made on the volume. Waits for as long as the volume does. */
    boolean isVolumeWritable() {
        try {
            leases.probe(own.partition());
            return true;
        } catch (IOException e) {
            LOG.debug("the volume cannot be written to", e);
            return false;
        }
    }

    /** To be called when nothing is written any more. One that cannot be released keeps no other from it. */
    @Override
    public void close() {
        keeper.close();
        adoptions.leases().forEach(lease -> release(lease, isInOrder));
        release(own, isInOrder || (!hasBegun && own.isCleanSinceBefore()));
    }

    private void release(HeldLease lease, boolean isDone) {
        if (!lease.holds()) {
            return;
        }
        var last = lease.lease();
        var how = isForAnother
                ? (isDone ? Heartbeat.State.HANDED_OVER : Heartbeat.State.ABANDONED)
                : (isDone ? Heartbeat.State.RELEASED : Heartbeat.State.INTERRUPTED);
        try {
            leases.release(lease, how);
            LOG.info("{}", line(how.label(), last));
        } catch (IOException e) {
            LOG.warn("{}", line("not-released", last).field("reason", "others wait for a term: " + e.getMessage()));
        }
    }
}
