package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.ChoiceAnswer;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The colour of the first line, and what it says: never green over an alarm, or over what nobody knows. */
class ToneTest {
    private static final Instant NOW = SteppedClock.START;
    private static final NodePart GONE =
            new NodePart("zone-b", false, Optional.empty(), NOW, Optional.empty(), "http://b");

    private final SampleReputation sample = SampleReputation.full("zone-a", NOW);

    private NodePart healthy(RoutingAnswer routing, String... alarms) {
        var old = SampleReputation.many(2, 2, CellState.CLEAN, Overlay.NONE, NOW);
        sample.reputation =
                new Reputation(NOW, old.verdict(), "", old.addresses(), old.cells(), old.lists(), List.of(alarms));
        var desk = new ReputationDesk(sample, () -> routing, () -> NOW);
        return new NodePart("zone-a", true, Optional.of(NOW), NOW, Optional.of(desk.answer()), "");
    }

    private static String told(NodePart... parts) {
        var pair = new PairReputation(NOW, List.of(parts));
        return pair.tone() + ": " + pair.verdict();
    }

    @Test
    void isGreenWhereAllIsWell() {
        assertThat(told(healthy(RoutingAnswer.NONE))).isEqualTo("ok: All healthy.");
    }

    @Test
    void isRedWhereNewMailHasNoWayOut() {
        var closed = new ChoiceAnswer(
                "*", List.of(), Optional.empty(), "sh1: breaker open", Optional.empty(), List.of(), false);
        var routing = new RoutingAnswer(List.of(closed), List.of(), List.of(), List.of(), 0, Map.of(), List.of());
        assertThat(told(healthy(routing))).isEqualTo("bad: All healthy.");
    }

    @Test
    void isNoBetterThanAnAlarm() {
        assertThat(told(healthy(RoutingAnswer.NONE, "PSBL refuses to answer us")))
                .isEqualTo("warn: All healthy.");
    }

    /** It may have addresses that are listed: after a restart nobody knows. */
    @Test
    void isGreyWhileANodeHasToldNothingYet() {
        assertThat(told(healthy(RoutingAnswer.NONE), GONE))
                .isEqualTo("stale: zone-a: All healthy. zone-b does not answer: nothing is known of its addresses.");
        assertThat(new PairReputation(NOW, List.of(healthy(RoutingAnswer.NONE), GONE)).alarms())
                .containsExactly("zone-b does not answer: nothing is known of it.");
    }
}
