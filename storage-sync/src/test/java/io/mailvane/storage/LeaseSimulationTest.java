package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes whose clocks begin anywhere and run at their own rates, frozen at any moment, also between two steps of one operation, over a
 * store that fails before or after it did what it was asked: never do two act for one partition.
 */
class LeaseSimulationTest {
    private static final LeaseTerm TERM = LeaseTerm.of(Duration.ofSeconds(10));
    private static final LeaseTerm SHORTER = LeaseTerm.of(Duration.ofSeconds(6));
    private static final int STEPS = 3_000;
    private static final int RUNS = 25;
    /** At one of so many accesses a node is frozen: the one of a run that has a bad day, and the others, which watch it. */
    private static final int OFTEN = 8;

    private static final int SELDOM = 50;
    private static final int WATCHFUL = 10;
    private static final double MOMENT = 0.04;
    private static final double LONGEST = 13;
    /** Far more than any clock of a machine that is looked after. */
    private static final double WORST_RATE = 0.02;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void atMostOneActsForAPartitionAndEachEpochIsOnesAlone(int seed) throws InterruptedException {
        int taken = 0;
        for (int run = 0; run < RUNS; run++) {
            var world = new World(1000L * seed + run);
            world.run();
            assertThat(world.wrongs).as("seed %d, run %d", seed, run).isEmpty();
            taken += world.taken;
        }
        assertThat(taken).as("leases that were granted").isGreaterThan(200);
    }

    /** Where every thing happens that may: one node runs at a time, and which is the next is decided before and after each access. */
    private static final class World extends MemoryLeaseStore {
        final List<String> wrongs = new ArrayList<>();
        int taken;
        private final Random random;
        private final List<SimulatedNode> nodes = new ArrayList<>();
        private final Map<String, TreeMap<Long, String>> owners = new HashMap<>();
        private final SimulatedNode unlucky;
        private double seconds;
        private int steps;

        World(long seed) {
            random = new Random(seed);
            nodes.add(new SimulatedNode(this, "zone-a", "machine-a", TERM));
            nodes.add(new SimulatedNode(this, "zone-b", "machine-b", TERM));
            nodes.add(new SimulatedNode(this, "zone-c", "machine-c", SHORTER));
            // A machine that was put in the place of another, which may only have been frozen.
            nodes.add(new SimulatedNode(this, "zone-a", "machine-d", TERM));
            unlucky = nodes.get(random.nextInt(nodes.size()));
        }

        void run() throws InterruptedException {
            var threads =
                    nodes.stream().map(node -> Thread.ofPlatform().start(node)).toList();
            nodes.getFirst().turn.release();
            for (var thread : threads) {
                thread.join();
            }
        }

        Heartbeat.State any(Heartbeat.State... states) {
            return states[random.nextInt(states.length)];
        }

        boolean isOver() {
            return steps >= STEPS;
        }

        /** A moment passes, now and then somebody is frozen for long, and somebody goes on. Who watches does so without a pause mostly. */
        void point(SimulatedNode now) {
            if (isOver()) {
                return;
            }
            steps++;
            seconds += random.nextDouble() * MOMENT;
            check();
            boolean isUnlucky = now == unlucky;
            if (!isUnlucky && random.nextInt(WATCHFUL) > 0) {
                return;
            }
            if (random.nextInt(isUnlucky ? OFTEN : SELDOM) == 0) {
                now.frozenUntil = seconds + random.nextDouble() * LONGEST;
            }
            var next = next();
            if (next != now) {
                next.turn.release();
                now.turn.acquireUninterruptibly();
            }
        }

        private SimulatedNode next() {
            while (true) {
                var awake = nodes.stream()
                        .filter(node -> node.frozenUntil <= seconds)
                        .toList();
                if (!awake.isEmpty()) {
                    return awake.get(random.nextInt(awake.size()));
                }
                seconds += 0.1;
                check();
            }
        }

        /** It runs no more; whoever has not ended ends now. */
        void leave(SimulatedNode ended) {
            ended.isEnded = true;
            nodes.stream().filter(node -> !node.isEnded).findFirst().ifPresent(node -> node.turn.release());
        }

        private void check() {
            var acts = new HashMap<String, String>();
            for (var node : nodes) {
                for (var lease : node.held.values()) {
                    if (lease.holds()) {
                        var other = acts.put(lease.partition(), node.machine);
                        if (other != null) {
                            wrongs.add(other + " and " + node.machine + " act for " + lease.partition());
                        }
                    }
                }
            }
        }

        void took(SimulatedNode node, HeldLease lease) {
            taken++;
            var epochs = owners.computeIfAbsent(lease.partition(), p -> new TreeMap<>());
            long epoch = lease.lease().epoch();
            if (epochs.put(epoch, node.machine) != null) {
                wrongs.add("epoch " + epoch + " of " + lease.partition() + " was granted twice");
            }
        }

        /** A process that had the partition before, and does not know yet that it has no more, may write to it still. */
        void believesEnded(SimulatedNode node, HeldLease lease) {
            nodes.stream()
                    .filter(other -> other != node && other.held.containsKey(lease.partition()))
                    .filter(other -> Optional.ofNullable(other.held.get(lease.partition()))
                            .filter(theirs ->
                                    theirs.lease().epoch() < lease.lease().epoch())
                            .isPresent())
                    .forEach(other -> wrongs.add(
                            node.machine + " believes that " + other.machine + " has ended, for " + lease.partition()));
        }
    }

    /** One node: its process may end and begin anew. */
    private static final class SimulatedNode implements Runnable {
        private final World world;
        private final String name;
        private final String machine;
        private final LeaseTerm term;
        private final Map<String, HeldLease> held = new HashMap<>();
        private final double rate;
        private final long offset;
        private Leases leases;
        private int processes;
        private boolean isLost;
        private boolean hasOwn;
        private final Semaphore turn = new Semaphore(0);
        private double frozenUntil;
        private boolean isEnded;

        SimulatedNode(World world, String name, String machine, LeaseTerm term) {
            this.world = world;
            this.name = name;
            this.machine = machine;
            this.term = term;
            this.rate = 1 + (world.random.nextDouble() - 0.5) * 2 * WORST_RATE;
            this.offset = world.random.nextLong();
            this.leases = begin();
        }

        private long now() {
            return offset + (long) (world.seconds * rate * 1e9);
        }

        private Leases begin() {
            held.clear();
            isLost = false;
            hasOwn = false;
            var process = new Incarnation(machine, ++processes, 1, machine + processes);
            return new Leases(
                    new Access(world, this),
                    new Leases.Owner(name, process, other -> other.machine().equals(machine)),
                    term,
                    this::now,
                    (lease, why) -> isLost = true);
        }

        @Override
        public void run() {
            turn.acquireUninterruptibly();
            while (!world.isOver()) {
                step();
                world.point(this);
            }
            world.leave(this);
        }

        private void step() {
            if (isLost) {
                leases = begin();
            }
            try {
                switch (world.random.nextInt(12)) {
                    case 0 -> takeOwn();
                    case 1, 2, 3, 4, 5 -> adoptWhatMayBe();
                    case 6 -> maybeEnd();
                    case 7 -> askWhoEnded();
                    default -> leases.renewAll();
                }
            } catch (IOException e) {
                // Tried again at a later step.
                return;
            }
        }

        private void takeOwn() throws IOException {
            if (!hasOwn) {
                var own = leases.takeOwn(partition -> 0);
                own.ifPresent(this::keep);
                hasOwn = own.isPresent();
            }
        }

        /** Only who has a partition of its own looks after others'. */
        private void adoptWhatMayBe() throws IOException {
            for (var standing : leases.look()) {
                if (hasOwn && leases.mayAdopt(standing)) {
                    leases.adopt(standing).ifPresent(this::keep);
                }
            }
        }

        private void askWhoEnded() throws IOException {
            for (var lease : List.copyOf(held.values())) {
                if (leases.haveEnded(lease.partition())) {
                    world.believesEnded(this, lease);
                }
            }
        }

        private void keep(HeldLease lease) {
            held.put(lease.partition(), lease);
            world.took(this, lease);
        }

        private void maybeEnd() throws IOException {
            if (world.random.nextInt(6) == 0) {
                var all = List.copyOf(held.values());
                held.clear();
                if (world.random.nextBoolean()) {
                    for (var each : all) {
                        leases.release(
                                each,
                                world.any(
                                        Heartbeat.State.RELEASED,
                                        Heartbeat.State.HANDED_OVER,
                                        Heartbeat.State.INTERRUPTED,
                                        Heartbeat.State.ABANDONED));
                    }
                }
                leases = begin();
            }
        }
    }

    /** The store as one node sees it: it may be frozen at each access, and be told that what it did was not done. */
    private record Access(World world, SimulatedNode node) implements LeaseStore {
        private interface Work<T> {
            T run() throws IOException;
        }

        private <T> T watched(Work<T> work) throws IOException {
            world.point(node);
            var done = work.run();
            world.point(node);
            return done;
        }

        private <T> T failing(Work<T> work) throws IOException {
            return watched(() -> {
                mayFail();
                var done = work.run();
                mayFail();
                return done;
            });
        }

        private void mayFail() throws IOException {
            if (world.random.nextInt(20) == 0) {
                throw new IOException("simulated");
            }
        }

        @Override
        public List<String> partitions() throws IOException {
            return watched(world::partitions);
        }

        @Override
        public List<Claim> claims(String partition) throws IOException {
            return watched(() -> world.claims(partition));
        }

        @Override
        public Claim claim(Claim claim) throws IOException {
            return failing(() -> world.claim(claim));
        }

        @Override
        public Optional<Heartbeat> heartbeat(String partition, long epoch) throws IOException {
            return watched(() -> world.heartbeat(partition, epoch));
        }

        @Override
        public void beat(String partition, long epoch, Heartbeat heartbeat) throws IOException {
            failing(() -> {
                world.beat(partition, epoch, heartbeat);
                return heartbeat;
            });
        }

        @Override
        public void forgetBefore(String partition, long epoch) throws IOException {
            watched(() -> {
                world.forgetBefore(partition, epoch);
                return epoch;
            });
        }

        @Override
        public void probe(String partition) {
            world.probe(partition);
        }
    }
}
