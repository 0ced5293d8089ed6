package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.ChoiceAnswer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WayOutWatchTest {
    private Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private RoutingAnswer routing = ways(0, "a1");

    private static RoutingAnswer ways(int waiting, String... routes) {
        var why = routes.length == 0 ? "no way out is open for it: a1 is QUARANTINED" : "as good as can be";
        var any = new ChoiceAnswer("*", List.of(routes), Optional.empty(), why, Optional.empty(), List.of(), false);
        return new RoutingAnswer(List.of(any), List.of(), List.of(), List.of(), waiting, Map.of());
    }

    private void look(WayOutWatch watch, RoutingAnswer next) {
        routing = next;
        watch.look();
        now = now.plusSeconds(5);
    }

    @Test
    void tellsOnceThatNewMailHasNoWayOutAndOnceThatItHasOne() {
        var watch = new WayOutWatch(() -> routing, () -> now);
        try (var lines = new Lines(WayOutWatch.class)) {
            look(watch, ways(0, "a1"));
            look(watch, ways(3));
            look(watch, ways(4));
            look(watch, ways(20, "sh1"));
            look(watch, ways(0, "a1"));
            look(watch, ways(1));
            assertThat(lines.lines())
                    .containsExactly(
                            "event=alarm what=way-out state=closed reason=\"no way out is open for it: a1 is QUARANTINED\""
                                    + " waiting=3 since=2026-03-01T12:00:05Z",
                            "event=alarm what=way-out state=open reason=\"new mail has a way out again\""
                                    + " waiting=20 since=2026-03-01T12:00:05Z",
                            "event=alarm what=way-out state=closed reason=\"no way out is open for it: a1 is QUARANTINED\""
                                    + " waiting=1 since=2026-03-01T12:00:25Z");
        }
    }
}
