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
    private static final int STEPS = 3_000;
    /** Far more than any clock of a machine that is looked after. */
    private static final double WORST_RATE = 0.02;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void atMostOneActsForAPartitionAndEachEpochIsOnesAlone(int seed) throws InterruptedException {
        int taken = 0;
        for (int run = 0; run < 25; run++) {
            var world = new World(100L * seed + run);
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
        private double seconds;
        private int steps;

        World(long seed) {
            random = new Random(seed);
            for (var name : List.of("zone-a", "zone-b", "zone-c")) {
                nodes.add(new SimulatedNode(this, name));
            }
        }

        void run() throws InterruptedException {
            var threads =
                    nodes.stream().map(node -> Thread.ofPlatform().start(node)).toList();
            nodes.getFirst().turn.release();
            for (var thread : threads) {
                thread.join();
            }
        }

        boolean isOver() {
            return steps >= STEPS;
        }

        /** A moment passes, now and then somebody is frozen for long, and somebody goes on. */
        void point(SimulatedNode now) {
            if (isOver()) {
                return;
            }
            steps++;
            seconds += random.nextDouble() * 0.2;
            if (random.nextInt(25) == 0) {
                now.frozenUntil = seconds + random.nextDouble() * 15;
            }
            check();
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
                        var other = acts.put(lease.partition(), node.name);
                        if (other != null) {
                            wrongs.add(other + " and " + node.name + " act for " + lease.partition());
                        }
                    }
                }
            }
        }

        void took(SimulatedNode node, HeldLease lease) {
            taken++;
            var epochs = owners.computeIfAbsent(lease.partition(), p -> new TreeMap<>());
            long epoch = lease.lease().epoch();
            if (epochs.put(epoch, node.name) != null) {
                wrongs.add("epoch " + epoch + " of " + lease.partition() + " was granted twice");
            }
        }
    }

    /** One node: its process may end and begin anew. */
    private static final class SimulatedNode implements Runnable {
        private final World world;
        private final String name;
        private final Map<String, HeldLease> held = new HashMap<>();
        private final double rate;
        private final long offset;
        private Leases leases;
        private int processes;
        private boolean isLost;
        private final Semaphore turn = new Semaphore(0);
        private double frozenUntil;
        private boolean isEnded;

        SimulatedNode(World world, String name) {
            this.world = world;
            this.name = name;
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
            var process = new Incarnation("machine-" + name, ++processes, 0, name + processes);
            return new Leases(
                    new Access(world, this),
                    new Leases.Owner(name, process, other -> other.machine().equals("machine-" + name)),
                    TERM,
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
                    default -> leases.renewAll();
                }
            } catch (IOException e) {
                // Tried again at a later step.
                return;
            }
        }

        private void takeOwn() throws IOException {
            if (held.keySet().stream().noneMatch(partition -> partition.startsWith(name))) {
                leases.takeOwn(partition -> 0).ifPresent(this::keep);
            }
        }

        private void adoptWhatMayBe() throws IOException {
            for (var standing : leases.look()) {
                if (leases.mayAdopt(standing)) {
                    leases.adopt(standing).ifPresent(this::keep);
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
                                world.random.nextBoolean() ? Heartbeat.State.RELEASED : Heartbeat.State.HANDED_OVER);
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
        public Claim claim(String partition, Claim claim) throws IOException {
            return failing(() -> world.claim(partition, claim));
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
    }
}
