package io.mailvane.storage;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of one node on one volume: takes its own partition, watches the others', adopts. Nothing here waits or has a thread
 * ({@link LeaseKeeper} does). Once one is lost, no more are granted: a new process, or opening, begins with new ones. Any number of
 * threads.
 */
public final class Leases {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);
    /** So many past claims are kept, to be looked at. */
    private static final int KEPT = 8;

    private final LeaseStore store;
    private final String node;
    private final Incarnation self;
    private final LeaseTerm term;
    private final LongSupplier ticker;
    private final Predicate<Incarnation> gone;
    private final BiConsumer<HeldLease, String> lost;
    private final LeaseWatch watch;
    private final Map<String, HeldLease> held = new ConcurrentHashMap<>();
    /** Of our own partition, while its former owner may live. */
    private final Map<String, Standing> firstSeen = new ConcurrentHashMap<>();
    /** A lease was lost: what this process has in memory is not what the volume says, so nothing more is taken by it. */
    private volatile boolean over;

    /**
     * Who asks for leases.
     *
     * @param gone whether a process has surely ended; false where nobody can tell
     */
    public record Owner(String node, Incarnation self, Predicate<Incarnation> gone) {
        public static Owner ofThisProcess(String node) {
            return new Owner(node, Incarnation.ofThisProcess(), Incarnation::isGone);
        }
    }

    /**
     * @param ticker as {@link System#nanoTime}
     * @param lost is told once of each lease that ended against our will, and why
     */
    public Leases(
            LeaseStore store, Owner owner, LeaseTerm term, LongSupplier ticker, BiConsumer<HeldLease, String> lost) {
        this.store = store;
        this.node = owner.node();
        this.self = owner.self();
        this.gone = owner.gone();
        this.term = term;
        this.ticker = ticker;
        this.lost = lost;
        this.watch = new LeaseWatch(store, ticker);
    }

    /**
     * Tries to take this node's own partition: the last, or, if another node adopted that, the next.
     *
     * @param latestEpoch of a partition's segments, by the partition's name; 0 if there are none
     * @return empty if its former owner may live: to be tried again, for a term at most
     * @throws PartitionHeldException if it does
     */
    public Optional<HeldLease> takeOwn(ToLongFunction<String> latestEpoch) throws IOException {
        var all = ownPartitions();
        var last = all.getLast();
        long epoch = latestEpoch.applyAsLong(last.text());
        for (var each : all) {
            for (var claim : store.claims(each.text())) {
                epoch = Math.max(epoch, claim.epoch());
            }
        }
        var standing = watch.look(last.text());
        if (standing.isEmpty()) {
            return take(last.text(), epoch + 1);
        }
        if (!standing.get().claim().node().equals(node)) {
            return take(last.next().text(), epoch + 1);
        }
        if (isFree(standing.get())) {
            return take(last.text(), epoch + 1);
        }
        requireStill(standing.get());
        return Optional.empty();
    }

    /** The name of this node's own partition as it is before {@link #takeOwn}. */
    public String own() throws IOException {
        return ownPartitions().getLast().text();
    }

    private List<PartitionName> ownPartitions() throws IOException {
        var own = new ArrayList<PartitionName>();
        for (var name : store.partitions()) {
            PartitionName.parse(name).filter(each -> each.node().equals(node)).ifPresent(own::add);
        }
        if (own.isEmpty()) {
            own.add(new PartitionName(node, 0));
        }
        own.sort((one, other) -> Integer.compare(one.generation(), other.generation()));
        return own;
    }

    /** The heartbeat moved since it was first seen, so somebody lives. */
    private void requireStill(Standing standing) throws PartitionHeldException {
        var first = firstSeen.putIfAbsent(standing.partition(), standing);
        if (first != null && !first.heartbeat().equals(standing.heartbeat())) {
            throw new PartitionHeldException(standing.partition(), standing.claim());
        }
    }

    /** Whether this node may go on where {@code standing}'s owner ended. */
    private boolean isFree(Standing standing) {
        boolean ours = standing.claim().node().equals(node);
        return standing.is(Heartbeat.State.HANDED_OVER)
                || (ours && (standing.isInOrder() || gone.test(standing.claim().by())))
                || standing.stillNanos() >= term.nanos();
    }

    /** All partitions of the volume that are claimed, as they look now; to be called again and again. */
    public List<Standing> look() throws IOException {
        var all = new ArrayList<Standing>();
        for (var name : store.partitions()) {
            watch.look(name).ifPresent(all::add);
        }
        return List.copyOf(all);
    }

    /** Whether it may be adopted: nobody acts for it, and there may be something in it. */
    public boolean mayAdopt(Standing standing) {
        return !over
                && !held.containsKey(standing.partition())
                && !standing.is(Heartbeat.State.FINISHED)
                && isFree(standing);
    }

    /** Whether its owner was silent for some heartbeats: enough for an operator who knows that it is dead. */
    public boolean isSilent(Standing standing) {
        return standing.isInOrder()
                || standing.stillNanos() >= 2 * term.interval().toNanos();
    }

    /**
     * Takes a partition that its owner lost, under a new epoch.
     *
     * @return empty if somebody else was first
     * @throws IOException if it cannot be said who was: to be tried again
     */
    public Optional<HeldLease> adopt(Standing standing) throws IOException {
        return over || held.containsKey(standing.partition())
                ? Optional.empty()
                : take(standing.partition(), standing.claim().epoch() + 1);
    }

    private Optional<HeldLease> take(String partition, long epoch) throws IOException {
        long began = ticker.getAsLong();
        var claim = new Claim(epoch, node, self);
        if (!store.claim(partition, claim).equals(claim)) {
            return Optional.empty();
        }
        // A claimant that slept before it claimed may have found an old epoch free because it was forgotten.
        var claims = store.claims(partition);
        if (claims.isEmpty() || !claims.getLast().equals(claim)) {
            return Optional.empty();
        }
        var lease = new HeldLease(store, term, ticker, partition, claim, began);
        lease.renew();
        if (lease.lapsed()) {
            return Optional.empty();
        }
        held.put(partition, lease);
        store.forgetBefore(partition, epoch - KEPT);
        return Optional.of(lease);
    }

    /** Prolongs what is held; tells of what could not be. To be called at least every {@link LeaseTerm#interval}. */
    void renewAll() {
        for (var lease : List.copyOf(held.values())) {
            try {
                lease.renew();
            } catch (IOException e) {
                LOG.warn(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "lease-not-renewed")
                                .field("partition", lease.partition())
                                .field("reason", e.toString()));
            }
            if (lease.lapsed() && held.containsKey(lease.partition())) {
                over = true;
                held.remove(lease.partition(), lease);
                lost.accept(lease, lease.ended().orElse("not renewed in time"));
            }
        }
    }

    /** Gives up what {@link #takeOwn} or {@link #adopt} gave. Whoever has it has stopped to act by it. */
    public void release(HeldLease lease, Heartbeat.State how) throws IOException {
        held.remove(lease.partition(), lease);
        lease.release(how);
    }

    /**
     * Whether all who held the partition before us have surely ended, so that nothing can still come from them: they said so, their
     * process is gone, or their node has begun anew since.
     */
    public boolean haveEnded(String partition) throws IOException {
        for (var claim : store.claims(partition)) {
            if (!claim.by().equals(self) && !hasEnded(partition, claim)) {
                return false;
            }
        }
        return true;
    }

    private boolean hasEnded(String partition, Claim former) throws IOException {
        boolean isSaid = store.heartbeat(partition, former.epoch())
                .filter(last -> last.state() != Heartbeat.State.HELD)
                .isPresent();
        return isSaid
                || gone.test(former.by())
                || latest(former.node()).filter(by -> !by.equals(former.by())).isPresent();
    }

    /** The process that took a partition of this node's own last; each takes one first of all. */
    private Optional<Incarnation> latest(String owner) throws IOException {
        Optional<Claim> latest = Optional.empty();
        for (var name : store.partitions()) {
            if (PartitionName.parse(name)
                    .filter(each -> each.node().equals(owner))
                    .isPresent()) {
                for (var claim : store.claims(name)) {
                    if (claim.node().equals(owner)
                            && claim.epoch() > latest.map(Claim::epoch).orElse(0L)) {
                        latest = Optional.of(claim);
                    }
                }
            }
        }
        return latest.map(Claim::by);
    }
}
