package io.mailvane.route;

import static io.mailvane.route.World.GOOGLE;
import static io.mailvane.route.World.MICROSOFT;
import static io.mailvane.route.World.smarthost;
import static io.mailvane.route.World.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.ProviderId;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TakenTotalsTest {
    @Test
    void countsWhatLeftByTheSourceItselfAlsoWhileItComesBack() {
        var world = World.of(2, 1);
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
    void whatWouldBeTooMuchBeginsAnew() {
        var totals = new TakenTotals();
        for (int i = 0; i < TakenTotals.MOST; i++) {
            totals.count(source("a1"), new ProviderId("mx" + i + ".example"));
        }
        assertThat(totals.of("a1")).hasSize(TakenTotals.MOST);
        totals.count(source("a1"), GOOGLE);
        assertThat(totals.of("a1")).isEqualTo(Map.of(GOOGLE, 1L));
    }
}
