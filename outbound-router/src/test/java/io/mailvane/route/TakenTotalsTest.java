package io.mailvane.route;

import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.START;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TakenTotalsTest {
    @Test
    void countsWhatLeftByTheSourceItselfAlsoWhileItComesBack() {
        var world = World.of(2, 1);
        world.egress.taken("a1");
        world.egress.taken("a2");
        world.egress.taken("sh1");
        accept(world, source("a1"), GOOGLE);
        accept(world, source("a1"), GOOGLE);
        accept(world, source("a1"), MICROSOFT);
        accept(world, source("a2"), GOOGLE);
        accept(world, smarthost("sh1"), GOOGLE);
        assertThat(world.egress.taken("a1")).isEqualTo(Map.of(GOOGLE, 2L, MICROSOFT, 1L));

        world.recovering("a1", 0.05, world.now().plusSeconds(60));
        accept(world, source("a1"), GOOGLE);
        assertThat(world.egress.taken("a1")).isEqualTo(Map.of(GOOGLE, 3L, MICROSOFT, 1L));
        assertThat(world.egress.taken("a2")).isEqualTo(Map.of(GOOGLE, 1L));
        assertThat(world.egress.taken("sh1")).isEmpty();
    }

    private static void accept(World world, Route route, ProviderId provider) {
        world.egress.accepted(Permit.plain(route, provider));
    }

    @Test
    void countsNothingOfASourceOfWhichNobodyAsks() {
        var world = World.of(2, 0);
        accept(world, source("a1"), GOOGLE);
        assertThat(world.egress.taken("a1")).isEmpty();
        accept(world, source("a1"), GOOGLE);
        accept(world, source("a2"), GOOGLE);
        assertThat(world.egress.taken("a1")).isEqualTo(Map.of(GOOGLE, 1L));
        assertThat(world.egress.taken("a2")).isEmpty();
    }

    @Test
    void isForgottenOnceNobodyHasAskedForAWhile() {
        var totals = new TakenTotals();
        var nearly = TakenTotals.FORGOTTEN.minus(Duration.ofMillis(1));
        totals.of("a1", START);
        totals.count(source("a1"), GOOGLE, START.plus(nearly));
        assertThat(totals.of("a1", START.plus(nearly))).isEqualTo(Map.of(GOOGLE, 1L));

        var later = START.plus(nearly).plus(TakenTotals.FORGOTTEN);
        totals.count(source("a1"), GOOGLE, later);
        assertThat(totals.of("a1", later)).isEmpty();
    }

    /** What strangers fill up takes nothing from another source, and one that is known is counted on. */
    @Test
    void whatWouldBeTooMuchOfASourceBeginsAnew() {
        var totals = new TakenTotals();
        totals.of("a1", START);
        totals.of("a2", START);
        totals.count(source("a2"), GOOGLE, START);
        for (int i = 0; i < TakenTotals.MOST; i++) {
            totals.count(source("a1"), new ProviderId("mx" + i + ".example"), START);
        }
        totals.count(source("a1"), new ProviderId("mx0.example"), START);
        assertThat(totals.of("a1", START)).hasSize(TakenTotals.MOST).containsEntry(new ProviderId("mx0.example"), 2L);

        totals.count(source("a1"), GOOGLE, START);
        assertThat(totals.of("a1", START)).isEqualTo(Map.of(GOOGLE, 1L));
        assertThat(totals.of("a2", START)).isEqualTo(Map.of(GOOGLE, 1L));
    }
}
