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
        return new RoutingAnswer(List.of(any), List.of(), List.of(), List.of(), waiting, Map.of(), List.of());
    }

    private static RoutingAnswer refusedBy(String... receivers) {
        var open = ways(0, "a1");
        return new RoutingAnswer(open.choices(), List.of(), List.of(), List.of(), 0, Map.of(), List.of(receivers));
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

    @Test
    void tellsOnceOfEachReceiverThatItRefusesUsByEveryWayAndOnceThatItDoesNot() {
        var watch = new WayOutWatch(() -> routing, () -> now);
        try (var lines = new Lines(WayOutWatch.class)) {
            look(watch, refusedBy());
            look(watch, refusedBy("google"));
            look(watch, refusedBy("google", "microsoft"));
            look(watch, refusedBy("microsoft"));
            assertThat(lines.lines())
                    .containsExactly(
                            "event=alarm what=refused-by-all state=begun provider=google since=2026-03-01T12:00:05Z"
                                    + " reason=\"the mail is the problem, not the address\"",
                            "event=alarm what=refused-by-all state=begun provider=microsoft since=2026-03-01T12:00:10Z"
                                    + " reason=\"the mail is the problem, not the address\"",
                            "event=alarm what=refused-by-all state=over provider=google since=2026-03-01T12:00:05Z");
        }
    }
}
