package io.mailvane.storage;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    /** So many past claims are kept at least, and all whose owner may live. */
    private static final int KEPT = 8;

    private final LeaseStore store;
    private final String node;
    private final Incarnation self;
    private final FormerOwners former;
    private final LeaseTerm term;
    private final LongSupplier ticker;
    private final Predicate<Incarnation> gone;
    private final BiConsumer<HeldLease, String> lost;
    private final LeaseWatch watch;
    private final Map<String, HeldLease> held = new ConcurrentHashMap<>();
    /** Of our own partition, while its former owner may live. */
    private final Map<String, Standing> firstSeen = new ConcurrentHashMap<>();
    /** Partitions in which nothing is left: nobody writes to them again. */
    private final Set<String> finished = ConcurrentHashMap.newKeySet();
    /** Partitions that could not be read, and why. */
    private final Map<String, String> unreadable = new ConcurrentHashMap<>();
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
        this.former = new FormerOwners(store, self, gone);
        this.term = term;
        this.ticker = ticker;
        this.lost = lost;
        this.watch = new LeaseWatch(store, ticker);
    }

    /**
     * Tries to take this node's own partition: the last, or, if another node adopted that, or its former process may live although it was
     * silent for a whole term, the next.
     *
     * @param latestEpoch of a partition's segments, by the partition's name; 0 if there are none
     * @return empty if its former owner may live: to be tried again, for a term at most
     * @throws PartitionHeldException if it does
     */
    public Optional<HeldLease> takeOwn(ToLongFunction<String> latestEpoch) throws IOException {
        var all = ownPartitions();
        var last = all.getLast();
        // Before its claims: who wrote the segment had claimed it.
        long latestSegment = latestEpoch.applyAsLong(last.text());
        var standing = watch.look(last.text());
        if (standing.isEmpty()) {
            return takeOwn(last, latestSegment + 1, standing);
        }
        var claim = standing.get().claim();
        boolean isOurs = claim.node().equals(node);
        if (isOurs && isSurelyFree(standing.get())) {
            return takeOwn(last, Math.max(latestSegment, claim.epoch()) + 1, standing);
        }
        if (!isOurs || standing.get().isLapsed(term)) {
            return takeOwn(last.next(), Math.max(latestSegment, latestClaim(all)) + 1, Optional.empty());
        }
        requireStill(standing.get());
        return Optional.empty();
    }

    private long latestClaim(List<PartitionName> partitions) throws IOException {
        long latest = 0;
        for (var each : partitions) {
            for (var claim : store.claims(each.text())) {
                latest = Math.max(latest, claim.epoch());
            }
        }
        return latest;
    }

    /** Another process of this node may do the same at the same time, and begin the next partition. */
    private Optional<HeldLease> takeOwn(PartitionName own, long epoch, Optional<Standing> follows) throws IOException {
        var claim = new Claim(own.text(), epoch, node, self, term.told(), former.allOf(node));
        return take(
                claim, follows, () -> ownPartitions().getLast().equals(own) && (!claim.sure() || former.allOf(node)));
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

    /** Its owner acts no more: it said so, or its process is gone. */
    private boolean isSurelyFree(Standing standing) {
        return standing.hasEnded() || gone.test(standing.claim().by());
    }

    /** Whether this node may go on where {@code standing}'s owner ended. */
    private boolean isFree(Standing standing) {
        boolean isOurs = standing.claim().node().equals(node);
        return standing.isForAnybody() || (isOurs && isSurelyFree(standing)) || standing.isLapsed(term);
    }

    /**
     * All partitions of the volume that are claimed and not {@link #isFinished}, as they look now; to be called again and again. One that
     * cannot be read, or is a copy of another, is told of once, and is no reason to overlook the rest.
     *
     * @throws IOException if the volume itself cannot be read
     */
    public List<Standing> look() throws IOException {
        var all = new ArrayList<Standing>();
        for (var name : store.partitions()) {
            if (!isFinished(name)) {
                look(name).ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    private Optional<Standing> look(String partition) {
        try {
            var standing = watch.look(partition);
            unreadable.remove(partition);
            if (standing.isPresent() && standing.get().is(Heartbeat.State.FINISHED)) {
                finished.add(partition);
                return Optional.empty();
            }
            return standing;
        } catch (IOException e) {
            tell(partition, e);
            return Optional.empty();
        }
    }

    /** Whether {@link #look} found that nothing is left in it. That is so for good: its files are not read again. */
    public boolean isFinished(String partition) {
        return finished.contains(partition);
    }

    private void tell(String partition, IOException cause) {
        var reason = String.valueOf(cause.getMessage());
        if (!reason.equals(unreadable.put(partition, reason))) {
            LOG.error(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "partition-unreadable")
                            .field("partition", partition)
                            .field("reason", reason));
        }
    }

    /** Whether this process does not act for it. */
    public boolean isAnothers(Standing standing) {
        return !over && !held.containsKey(standing.partition());
    }

    /** Whether it may be adopted: nobody acts for it, and there may be something in it. */
    public boolean mayAdopt(Standing standing) {
        return isAnothers(standing) && isFree(standing);
    }

    /** Whether its owner ended, or was silent for some heartbeats: enough for an operator who knows that it is dead. */
    public boolean isSilent(Standing standing) {
        return standing.hasEnded() || standing.isSilent(term);
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
                : take(
                        new Claim(standing.partition(), standing.claim().epoch() + 1, node, self, term.told(), false),
                        Optional.of(standing),
                        () -> true);
    }

    /** Looked at once more when a claim is made: what it rests on may have changed since. */
    private interface Ground {
        boolean stands() throws IOException;
    }

    private Optional<HeldLease> take(Claim claim, Optional<Standing> follows, Ground ground) throws IOException {
        long began = ticker.getAsLong();
        if (!store.claim(claim).equals(claim)) {
            return Optional.empty();
        }
        // A claimant that slept before it claimed may have found an old epoch free because it was forgotten, or passed
        // somebody by.
        var claims = store.claims(claim.partition());
        if (!isDirectlyBehind(follows.map(Standing::claim), claim, claims) || !ground.stands()) {
            return Optional.empty();
        }
        var lease = new HeldLease(store, term, ticker, claim, follows, began);
        lease.renew();
        if (lease.lapsed()) {
            return Optional.empty();
        }
        held.put(claim.partition(), lease);
        forgetThePast(claims);
        return Optional.of(lease);
    }

    /** It is the last, and the one before is whom it follows. */
    private static boolean isDirectlyBehind(Optional<Claim> follows, Claim claim, List<Claim> claims) {
        int at = claims.size() - 1;
        if (claims.isEmpty() || !claims.get(at).equals(claim)) {
            return false;
        }
        return follows.equals(at == 0 ? Optional.empty() : Optional.of(claims.get(at - 1)));
    }

    /** What is not forgotten today is tomorrow: that it could not be is no reason not to act for the partition. */
    private void forgetThePast(List<Claim> claims) {
        var last = claims.getLast();
        try {
            store.forgetBefore(last.partition(), Math.min(last.epoch() - KEPT, former.firstUnended(claims)));
        } catch (IOException e) {
            LOG.debug("past claims of partition {} stay", last.partition(), e);
        }
    }

    /** Prolongs what is held; tells of what could not be. To be called at least every {@link LeaseTerm#interval}. */
    public void renewAll() {
        for (var lease : List.copyOf(held.values())) {
            try {
                lease.renew();
            } catch (IOException | UncheckedIOException e) {
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
     * process is gone, or their node has begun anew since and was sure of it.
     */
    public boolean haveEnded(String partition) throws IOException {
        return former.haveEnded(partition);
    }

    /** Returns if a claim could be made of a partition now. */
    public void probe(String partition) throws IOException {
        store.probe(partition);
    }
}
