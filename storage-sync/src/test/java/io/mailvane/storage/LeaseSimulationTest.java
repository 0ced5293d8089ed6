package io.mailvane.storage;

import io.mailvane.storage.SimulatedProcess.Host;
import io.mailvane.storage.SimulatedProcess.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Every history of a few nodes in which at most two things go wrong, each at any point and until each moment that matters: never do two
 * act for one partition. Clocks begin anywhere; those of owners are slow and those of adopters fast, by as much as a lease allows for.
 */
class LeaseSimulationTest {
    private static final LeaseTerm TERM = SimulatedWorld.TERM;
    private static final LeaseTerm SHORTER = LeaseTerm.of(Duration.ofSeconds(6));
    private static final double SLOW = 0.9;
    private static final double FAST = 1.1;
    private static final Host A = new Host("zone-a", "machine-a", TERM, SLOW, Role.OWNER);
    /** In the place of {@link #A}, which may only have been frozen. */
    private static final Host ANOTHER_A = new Host("zone-a", "machine-d", TERM, FAST, Role.NODE);

    private static final Host B = new Host("zone-b", "machine-b", TERM, FAST, Role.WATCHER);
    private static final Host C = new Host("zone-c", "machine-c", TERM, FAST, Role.WATCHER);

    private static Claim claimOfTheDead(long epoch, String node, String machine) {
        var by = new Incarnation(machine, 100 + epoch, 1, "dead" + epoch);
        return new Claim("zone-a", epoch, node, by, TERM.told(), true);
    }

    @Test
    void anOwnerAndOneThatWatches() {
        new Exploration().begin(A, 0).begin(B, 0.05).anyTwo();
    }

    @Test
    void anOwnerWithALongerTermThanTheOneThatWatches() {
        var hasty = new Host("zone-b", "machine-b", SHORTER, FAST, Role.WATCHER);

        new Exploration().begin(A, 0).begin(hasty, 0.05).anyOne();
    }

    @Test
    void twoThatWatchWhatWasAbandoned() {
        new Exploration()
                .left(claimOfTheDead(1, "zone-a", "machine-a"), Heartbeat.State.ABANDONED)
                .begin(B, 0)
                .begin(C, 0)
                .anyOne();
    }

    @Test
    void aNodeThatIsBackWhenItsPartitionIsJustAdopted() {
        double adopted = 1 / FAST;

        new Exploration()
                .left(claimOfTheDead(1, "zone-a", "machine-a"), Heartbeat.State.HELD)
                .begin(B, 0)
                .begin(A, adopted - 0.001)
                .anyOne();
    }

    @Test
    void twoProcessesOfOneNodeThatBeginAtOnce() {
        new Exploration()
                .left(claimOfTheDead(1, "zone-a", "machine-a"), Heartbeat.State.HELD)
                .begin(A, 0)
                .begin(ANOTHER_A, 0)
                .anyOne();
    }

    @Test
    void aNodeThatWasPutInThePlaceOfOneThatMayLive() {
        new Exploration().begin(A, 0).begin(ANOTHER_A, 0.05).anyTwo();
    }

    @Test
    void oneThatSleepsWhileManyEpochsPassAndAreForgotten() {
        var exploration = new Exploration();
        for (int epoch = 1; epoch <= 9; epoch++) {
            exploration.left(claimOfTheDead(epoch, "zone-x", "machine-x"), Heartbeat.State.HANDED_OVER);
        }
        exploration
                .begin(C, 0)
                .begin(new Host("zone-m", "machine-m", TERM, FAST, Role.MIDDLEMAN), 0)
                .begin(new Host("zone-n", "machine-n", TERM, FAST, Role.MIDDLEMAN), 0)
                .anyOne();
    }
}
