package io.mailvane.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/**
 * A process of a node in a {@link SimulatedWorld}: it takes its own partition, renews, watches, adopts, as a node's threads do, one thing
 * after another. It watches as sharply as one can: it looks when something has changed, and at the very moment at which a term is over.
 */
final class SimulatedProcess {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long MOMENT = 1_000_000;
    /** Seldom enough that a renewal that comes late matters. */
    private static final double RENEWED_AFTER = 0.4;

    private static final double ASKED_AFTER = 0.25;
    private static final long TOO_SOON = 95;
    private static final long PERCENT = 100;
    private static final double HANDED_OVER_AFTER = 0.1;

    /** What a node does beside renewing. */
    enum Role {
        /** It takes a partition of its own. */
        OWNER,
        /** It adopts what it can. */
        WATCHER,
        /** Both. */
        NODE,
        /** It adopts, and hands over soon. */
        MIDDLEMAN
    }

    /** What is started again when it ends: a node on its machine. */
    record Host(String node, String machine, LeaseTerm term, double rate, Role role) {
        boolean hasOwn() {
            return role == Role.OWNER || role == Role.NODE;
        }

        boolean watches() {
            return role != Role.OWNER;
        }
    }

    final Host host;
    final Incarnation self;
    final Map<String, HeldLease> held = new HashMap<>();
    final Set<String> claimed = new HashSet<>();
    final Semaphore thaw = new Semaphore(0);
    private final SimulatedWorld world;
    private final Leases leases;
    private final long offset;
    /** When it takes a partition for free, of each that it looked at; in true time. */
    private final Map<String, Long> freeAt = new HashMap<>();

    private long ownAt = NEVER;
    private long renewAt = NEVER;
    private long lookAt = NEVER;
    private long stoodNanos;
    boolean hasEnded;
    /** Its clock stood once: what it says in the instant before it looks at the claims again, its adopter finds. */
    boolean hasStood;

    boolean hasLookedAtClock;
    boolean isLost;
    boolean isInOrder;

    SimulatedProcess(SimulatedWorld world, Host host, int number, long begins) {
        this.world = world;
        this.host = host;
        this.self = new Incarnation(host.machine(), number, number, host.machine() + number);
        this.offset = (number % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE) + number;
        Predicate<Incarnation> gone = other -> other.machine().equals(host.machine()) && world.hasEnded(other);
        this.leases = new Leases(
                new Access(world, this),
                new Leases.Owner(host.node(), self, gone),
                host.term(),
                this::now,
                (lease, why) -> isLost = true);
        ownAt = host.hasOwn() ? begins : NEVER;
        lookAt = host.watches() ? begins : NEVER;
    }

    /** As it looks at its clock, which may begin anywhere, also just before it overflows. */
    private long now() {
        hasLookedAtClock = true;
        return clock();
    }

    long clock() {
        return offset + (long) ((world.nanos() - stoodNanos) * host.rate());
    }

    /** The true time at which the first of its leases lapses; of none, at which one that is granted now would. */
    long deadline() {
        long left = held.values().stream()
                .mapToLong(lease -> lease.lease().deadlineNanos() - clock())
                .min()
                .orElse(host.term().holdNanos());
        return world.nanos() + (long) (left / host.rate());
    }

    void stood(long nanos) {
        stoodNanos += nanos;
    }

    /** When it does the next thing. */
    long dueAt() {
        return hasEnded ? NEVER : Math.min(ownAt, Math.min(renewAt, lookAt));
    }

    private long in(double terms) {
        return world.nanos() + (long) (terms * host.term().nanos() / host.rate());
    }

    /** When this one takes {@code partition} for free, as far as it knows; {@link Long#MAX_VALUE} if it knows of no time. */
    long freeAt(String partition) {
        return freeAt.getOrDefault(partition, NEVER);
    }

    /** Somebody wrote. */
    void hasChanged() {
        if (host.watches() && !hasEnded) {
            lookAt = Math.min(lookAt, world.nanos() + MOMENT);
        }
    }

    /** Does what is due, unless something happens that ends it. */
    void step(Optional<Mishap> mishap) {
        long due = dueAt();
        try {
            world.suffer(this, mishap);
            if (hasEnded) {
                return;
            }
            if (due == ownAt) {
                takeOwn();
            } else if (due == renewAt) {
                renew();
            } else {
                look();
            }
        } catch (PartitionHeldException e) {
            ownAt = NEVER;
        } catch (IOException | UncheckedIOException e) {
            // A node is told of it, and does the same again a little later.
            lookAt = host.watches() ? Math.min(lookAt, in(ASKED_AFTER)) : NEVER;
        }
        if (isLost && !hasEnded) {
            world.ends(this);
        }
    }

    private void takeOwn() throws IOException {
        ownAt = in(ASKED_AFTER);
        var own = leases.takeOwn(partition -> world.latestSegment(this, partition));
        own.ifPresent(lease -> {
            world.tookOwn(this, lease);
            keep(lease);
        });
        ownAt = own.isPresent() ? NEVER : ownAt;
    }

    /** Its first segment says so. */
    private void keep(HeldLease lease) {
        held.put(lease.partition(), lease);
        renewAt = host.role() == Role.MIDDLEMAN ? in(HANDED_OVER_AFTER) : Math.min(renewAt, in(RENEWED_AFTER));
        world.granted(this, lease);
    }

    private void renew() {
        renewAt = in(RENEWED_AFTER);
        if (host.role() == Role.MIDDLEMAN) {
            handOver();
            return;
        }
        var passed = held.values().stream().filter(world::isPassed).toList();
        leases.renewAll();
        passed.stream().filter(HeldLease::holds).forEach(world::renewedAlthoughPassed);
    }

    private void look() throws IOException {
        lookAt = NEVER;
        for (var standing : leases.look()) {
            if (leases.mayAdopt(standing)) {
                leases.adopt(standing).ifPresent(this::keep);
            } else if (leases.isAnothers(standing)) {
                await(standing);
            }
        }
        for (var lease : List.copyOf(held.values())) {
            world.believes(this, lease, world.quietly(() -> leases.haveEnded(lease.partition())));
        }
    }

    /** Looked at when its term is over, and before, when it seems to be to one that waits for less than it should. */
    private void await(Standing standing) {
        long term = Math.max(host.term().nanos(), standing.claim().term().toNanos());
        long still = standing.stillNanos();
        freeAt.put(standing.partition(), trueTimeIn(term - still));
        for (long look : new long[] {host.term().nanos(), term * TOO_SOON / PERCENT, term}) {
            if (still < look) {
                lookAt = Math.min(lookAt, trueTimeIn(look - still));
            }
        }
    }

    private long trueTimeIn(long clockNanos) {
        return world.nanos() + (long) (clockNanos / host.rate()) + 1;
    }

    /** Between two things that it does. */
    void end(Heartbeat.State how) {
        world.ends(this);
        release(how);
    }

    private void handOver() {
        release(Heartbeat.State.HANDED_OVER);
        held.clear();
    }

    private void release(Heartbeat.State how) {
        isInOrder = true;
        renewAt = NEVER;
        List.copyOf(held.values()).forEach(lease -> release(lease, how));
    }

    private void release(HeldLease lease, Heartbeat.State how) {
        try {
            leases.release(lease, how);
        } catch (IOException e) {
            // It ends all the same; others wait for a term, unless it was said.
            held.remove(lease.partition());
        }
    }

    @Override
    public String toString() {
        return "process " + self.pid() + " of " + host.node();
    }

    /** The store as this process sees it. */
    private record Access(SimulatedWorld world, SimulatedProcess process) implements LeaseStore {
        private <T> T read(SimulatedWorld.Work<T> work) throws IOException {
            return world.access(process, work, Mishap.Point.AFTER_READING);
        }

        private <T> T write(SimulatedWorld.Work<T> work) throws IOException {
            return world.access(process, work, Mishap.Point.AFTER_WRITING);
        }

        @Override
        public List<String> partitions() throws IOException {
            return read(world::partitions);
        }

        @Override
        public List<Claim> claims(String partition) throws IOException {
            return read(() -> world.claims(partition));
        }

        @Override
        public Claim claim(Claim claim) throws IOException {
            return write(() -> world.claim(claim));
        }

        @Override
        public Optional<Heartbeat> heartbeat(String partition, long epoch) throws IOException {
            return read(() -> world.heartbeat(partition, epoch));
        }

        @Override
        public void beat(String partition, long epoch, Heartbeat heartbeat) throws IOException {
            write(() -> {
                world.beat(partition, epoch, heartbeat);
                return heartbeat;
            });
        }

        @Override
        public void forgetBefore(String partition, long epoch) throws IOException {
            world.forgetBefore(partition, epoch);
        }

        @Override
        public void probe(String partition) {
            world.probe(partition);
        }
    }
}
