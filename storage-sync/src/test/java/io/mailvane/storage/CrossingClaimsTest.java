package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What others do between a node's look at a partition and its claim: it takes nothing on a ground that stands no more. */
class CrossingClaimsTest {
    private static final LeaseTerm TERM = LeaseTerm.of(Duration.ofSeconds(10));

    /** What others claim just before the next who claims. */
    private final List<Claim> meanwhile = new ArrayList<>();

    private final MemoryLeaseStore store = new MemoryLeaseStore() {
        @Override
        public Claim claim(Claim claim) {
            meanwhile.forEach(super::claim);
            meanwhile.clear();
            return super.claim(claim);
        }
    };
    private int processes;
    private long now;

    private Leases node(String name) {
        var process = LeaseStoreContract.process(++processes);
        return new Leases(store, new Leases.Owner(name, process, other -> false), TERM, () -> now, (lease, why) -> {});
    }

    /** A node that had its partition, and ended so that another may go on. */
    private void hadItsOwn(String node, Heartbeat.State ended) throws IOException {
        var leases = node(node);
        leases.release(leases.takeOwn(partition -> 0).orElseThrow(), ended);
    }

    private void claimedMeanwhile(String partition, long epoch, String node) {
        meanwhile.add(LeaseStoreContract.claim(partition, epoch, node, 77));
    }

    private static Standing see(Leases node, String partition) throws IOException {
        return node.look().stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeOfWhichAnotherProcessBeganTheNextPartitionDoesNotTakeTheOneBefore() throws IOException {
        hadItsOwn("zone-a", Heartbeat.State.RELEASED);
        claimedMeanwhile("zone-a.1", 2, "zone-a");

        assertThat(node("zone-a").takeOwn(partition -> 0)).isEmpty();
    }

    @Test
    void aNodeThatWasSureOfItsFormerProcessesTakesNothingWhenThereIsAnother() throws IOException {
        hadItsOwn("zone-a", Heartbeat.State.HANDED_OVER);
        var b = node("zone-b");
        b.adopt(see(b, "zone-a"));
        claimedMeanwhile("zone-a", 9, "zone-a");

        assertThat(node("zone-a").takeOwn(partition -> 0)).isEmpty();
    }

    @Test
    void whoClaimsBehindSomebodyElseThanItSawTakesNothing() throws IOException {
        hadItsOwn("zone-a", Heartbeat.State.RELEASED);
        claimedMeanwhile("zone-a", 2, "zone-b");

        assertThat(node("zone-a").takeOwn(partition -> 5)).isEmpty();
        assertThat(store.claims("zone-a")).extracting(Claim::epoch).containsExactly(1L, 2L, 6L);
    }

    /** A heartbeat would tell others that its node went on. */
    @Test
    void whoWasPassedByTakesNothingAndLeavesNoHeartbeat() throws IOException {
        hadItsOwn("zone-a", Heartbeat.State.HANDED_OVER);
        var b = node("zone-b");
        var standing = see(b, "zone-a");
        claimedMeanwhile("zone-a", 3, "zone-c");

        assertThat(b.adopt(standing)).isEmpty();
        assertThat(store.heartbeat("zone-a", 2)).isEmpty();
    }

    @Test
    void whatHasLapsedIsNotGivenUpInOrder() throws IOException {
        var a = node("zone-a");
        var held = a.takeOwn(partition -> 0).orElseThrow();
        now = TERM.nanos();
        a.release(held, Heartbeat.State.HANDED_OVER);

        assertThat(store.heartbeat("zone-a", 1)).isEqualTo(Optional.of(new Heartbeat(1, Heartbeat.State.HELD)));
    }
}
