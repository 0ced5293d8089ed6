package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link LeaseStore} owes. */
interface LeaseStoreContract {
    /** Empty. */
    LeaseStore store();

    static Incarnation process(int number) {
        return new Incarnation("boot/pid:[1]", number, 1000 + number, "abcdef0" + number);
    }

    static Claim claim(String partition, long epoch, String node, int process) {
        return new Claim(partition, epoch, node, process(process), Duration.ofSeconds(10), process % 2 == 0);
    }

    @Test
    default void knowsNothingAtFirst() throws IOException {
        assertThat(store().partitions()).isEmpty();
        assertThat(store().claims("zone-a")).isEmpty();
        assertThat(store().heartbeat("zone-a", 1)).isEmpty();
    }

    @Test
    default void keepsClaimsByEpochAndPartition() throws IOException {
        var store = store();
        var third = claim("zone-a", 3, "zone-b", 2);
        var first = claim("zone-a", 1, "zone-a", 1);
        var others = claim("zone-b.7", 1L << 33, "zone-b", 2);

        assertThat(store.claim(third)).isEqualTo(third);
        assertThat(store.claim(first)).isEqualTo(first);
        assertThat(store.claim(others)).isEqualTo(others);

        assertThat(store.partitions()).containsExactly("zone-a", "zone-b.7");
        assertThat(store.claims("zone-a")).containsExactly(first, third);
        assertThat(store.claims("zone-b.7")).containsExactly(others);
    }

    @Test
    default void tellsTheSecondClaimantOfAnEpochOfTheFirst() throws IOException {
        var store = store();
        var first = claim("zone-a", 4, "zone-a", 1);
        store.claim(first);

        assertThat(store.claim(claim("zone-a", 4, "zone-b", 2))).isEqualTo(first);
        assertThat(store.claims("zone-a")).containsExactly(first);
    }

    @Test
    default void tellsAClaimantWhoTriesAgainThatItIsItsOwn() throws IOException {
        var store = store();
        var mine = claim("zone-a", 4, "zone-a", 1);
        store.claim(mine);

        assertThat(store.claim(mine)).isEqualTo(mine);
    }

    @Test
    default void keepsOfEachEpochTheLastHeartbeat() throws IOException {
        var store = store();
        store.claim(claim("zone-a", 1, "zone-a", 1));
        store.claim(claim("zone-a", 2, "zone-b", 2));
        store.beat("zone-a", 1, new Heartbeat(9, Heartbeat.State.HELD));
        store.beat("zone-a", 1, new Heartbeat(10, Heartbeat.State.RELEASED));
        store.beat("zone-a", 2, new Heartbeat(1, Heartbeat.State.HANDED_OVER));

        assertThat(store.heartbeat("zone-a", 1)).contains(new Heartbeat(10, Heartbeat.State.RELEASED));
        assertThat(store.heartbeat("zone-a", 2)).contains(new Heartbeat(1, Heartbeat.State.HANDED_OVER));
        assertThat(store.heartbeat("zone-a", 3)).isEmpty();
    }

    @Test
    default void forgetsWhatIsPast() throws IOException {
        var store = store();
        for (int epoch = 1; epoch <= 3; epoch++) {
            store.claim(claim("zone-a", epoch, "zone-a", epoch));
            store.beat("zone-a", epoch, new Heartbeat(epoch, Heartbeat.State.HELD));
        }

        store.forgetBefore("zone-a", 3);

        assertThat(store.claims("zone-a")).containsExactly(claim("zone-a", 3, "zone-a", 3));
        assertThat(store.heartbeat("zone-a", 2)).isEmpty();
        assertThat(store.heartbeat("zone-a", 3)).contains(new Heartbeat(3, Heartbeat.State.HELD));
    }

    /** Overridden by what only one thread at a time may use. */
    @Test
    default void tellsAllWhoClaimAtOnceTheSame() throws Exception {
        var store = store();
        List<Callable<Claim>> claimants = IntStream.range(0, 8)
                .mapToObj(i -> (Callable<Claim>) () -> store.claim(claim("zone-a", 5, "zone-" + i, i)))
                .toList();
        var told = new HashSet<Claim>();
        try (var threads = Executors.newFixedThreadPool(claimants.size())) {
            for (var each : threads.invokeAll(claimants)) {
                told.add(each.get());
            }
        }
        assertThat(told).hasSize(1).containsExactlyElementsOf(store.claims("zone-a"));
    }
}
