package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.ChoiceAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.ShareAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.SmarthostAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.WarmUpAnswer;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What calls the readers of an open page, and what does not: under load, each message would. */
class SightTest {
    private static final Instant NOW = SteppedClock.START;
    private static final ChoiceAnswer USUAL = new ChoiceAnswer(
            "*", List.of("a1"), Optional.of("T0"), "T0: no list names it", Optional.empty(), List.of(), false);

    private final SampleReputation sample = SampleReputation.full("zone-a", NOW);

    private String sight(RoutingAnswer routing) {
        var desk = new ReputationDesk(sample, () -> routing, () -> NOW);
        var part = new NodePart("zone-a", true, Optional.of(NOW), NOW, Optional.of(desk.answer()), "");
        return new PairReputation(NOW, List.of(part)).sight();
    }

    /** So many messages, of which some went to a receiver that nobody had mail for before. */
    private static RoutingAnswer after(long messages, String way, int waiting) {
        var known = new ChoiceAnswer(
                "google",
                List.of(way),
                Optional.of("T0"),
                "T0: no list names it",
                Optional.empty(),
                List.of(new ShareAnswer(way, messages, 1)),
                false);
        var smarthost =
                new SmarthostAnswer("sh1", "CLOSED", Optional.empty(), messages, Optional.of(1000L), Optional.empty());
        return new RoutingAnswer(
                List.of(USUAL, known), List.of(), List.of(), List.of(smarthost), waiting, Map.of(), List.of());
    }

    @Test
    void messagesThatGoAsBeforeCallNobody() {
        var nothing = new RoutingAnswer(
                List.of(USUAL),
                List.of(),
                List.of(),
                List.of(new SmarthostAnswer(
                        "sh1", "CLOSED", Optional.empty(), 0, Optional.of(1000L), Optional.empty())),
                0,
                Map.of(),
                List.of());
        assertThat(List.of(sight(after(1, "a1", 0)), sight(after(900, "a1", 0))))
                .containsOnly(sight(nothing));
        assertThat(sight(after(1, "a1", 3))).isEqualTo(sight(after(1, "a1", 4)));
    }

    @Test
    void aWarmUpThatIsUsedUpCallsAndOneThatIsUsedDoesNot() {
        assertThat(sight(warmUp(3, 0))).isEqualTo(sight(warmUp(3, 43)));
        assertThat(List.of(sight(warmUp(3, 43)), sight(warmUp(3, 100)), sight(warmUp(4, 43))))
                .doesNotHaveDuplicates();
    }

    /** Anybody's domain may be the first to be given mail from a new address. */
    @Test
    void aReceiverThatIsOnlyBegunWithCallsNobody() {
        assertThat(sight(warmUp("elsewhere.example", 1, 5))).isEqualTo(sight(warmUp("google", 1, 43)));
        assertThat(sight(warmUp("google", 1, 100))).isNotEqualTo(sight(warmUp("google", 1, 43)));
    }

    private static RoutingAnswer warmUp(int step, long used) {
        return warmUp("google", step, used);
    }

    private static RoutingAnswer warmUp(String receiver, int step, long used) {
        var lane = new WarmUpAnswer("a2", receiver, step, 20, used, Optional.of(100L), Optional.empty());
        return new RoutingAnswer(List.of(USUAL), List.of(), List.of(lane), List.of(), 0, Map.of(), List.of());
    }

    @Test
    void noWayOutIsAnAlarmOfTheNode() {
        var closed = new ChoiceAnswer(
                "*",
                List.of(),
                Optional.empty(),
                "sh1: breaker open",
                Optional.of(NOW.plusSeconds(30)),
                List.of(),
                false);
        var routing = new RoutingAnswer(List.of(closed), List.of(), List.of(), List.of(), 0, Map.of(), List.of());
        assertThat(alarms(routing))
                .containsExactly(
                        "a1 (203.0.113.11) is QUARANTINED: listed on Spamhaus CSS",
                        "zone-a has no way out for new mail: sh1: breaker open");
    }

    @Test
    void thatAReceiverRefusesUsByEveryWayIsAnAlarmOfTheNode() {
        var all = IntStream.rangeClosed(1, 7).mapToObj(i -> "r" + i).toList();
        var one = refusedBy(List.of("google"));
        assertThat(alarms(one))
                .contains("zone-a: google refuses us by every way: the mail is the problem, not the address");
        assertThat(alarms(refusedBy(all)))
                .contains(
                        "zone-a: r1, r2, r3, r4, r5 and 2 more refuse us by every way: the mail is the problem, not the address");
        assertThat(alarms(refusedBy(List.of()))).noneMatch(alarm -> alarm.contains("by every way"));
        assertThat(sight(one)).isNotEqualTo(sight(refusedBy(List.of())));
    }

    private static RoutingAnswer refusedBy(List<String> receivers) {
        return new RoutingAnswer(List.of(USUAL), List.of(), List.of(), List.of(), 0, Map.of(), receivers);
    }

    private List<String> alarms(RoutingAnswer routing) {
        var desk = new ReputationDesk(sample, () -> routing, () -> NOW);
        var part = new NodePart("zone-a", true, Optional.of(NOW), NOW, Optional.of(desk.answer()), "");
        return new PairReputation(NOW, List.of(part)).alarms();
    }

    @Test
    void anotherWayAndTheFirstThatWaitsCallThem() {
        assertThat(List.of(sight(after(1, "a1", 0)), sight(after(1, "sh1", 0)), sight(after(1, "a1", 1))))
                .doesNotHaveDuplicates();
    }

    @Test
    void theAnswerThatAPersonHadAskedForCallsThemThoughItIsAsBefore() {
        var before = sight(RoutingAnswer.NONE);
        sample.answerRecheck(NOW.plusSeconds(1));
        var once = sight(RoutingAnswer.NONE);
        sample.answerRecheck(NOW.plusSeconds(90));
        assertThat(List.of(before, once, sight(RoutingAnswer.NONE))).doesNotHaveDuplicates();
    }

    @Test
    void anotherStateCallsThemAndAnotherTimeOfTheSameDoesNot() {
        var before = sight(RoutingAnswer.NONE);
        var old = sample.reputation;
        sample.reputation = new Reputation(
                NOW.plusSeconds(1), old.verdict(), "", old.addresses(), old.cells(), old.lists(), old.alarms());
        assertThat(sight(RoutingAnswer.NONE)).isEqualTo(before);
        sample.reputation = SampleReputation.many(3, 12, CellState.CLEAN, Overlay.NONE, NOW);
        var clean = sight(RoutingAnswer.NONE);
        sample.reputation = SampleReputation.many(3, 12, CellState.CLEAN, Overlay.REFUSED, NOW);
        assertThat(List.of(before, clean, sight(RoutingAnswer.NONE))).doesNotHaveDuplicates();
    }
}
