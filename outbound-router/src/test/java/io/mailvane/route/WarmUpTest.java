package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.SourceStanding.Growth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Whole histories of an address with one provider, a line for each event: hour, event, and where the warm-up then is: step, recipients used of
 * the ceiling, hour at which the running day ends.
 *
 * <p>Events: {@code give} a number of recipients; {@code slow}, {@code refuse}: what the provider says; {@code look}. A
 * {@code !} before it: a list claims something.
 */
class WarmUpTest {
    private static final WarmUpSteps STEPS = WarmUpSteps.DEFAULT;

    @Test
    void aDayBeginsWithItsFirstRecipientAndTheNextHasMoreIfHalfOfItWasUsed() {
        check("""
                0 look 1: 0 of 50 -
                5 give 20 1: 20 of 50 29
                28.9 give 5 1: 25 of 50 29
                29 look 2: 0 of 70 -
                31 give 34 2: 34 of 70 55
                55 look 2: 0 of 70 -
                60 give 70 2: 70 of 70 84
                84 give 1 3: 1 of 100 108
                """);
    }

    @Test
    void whatItMindsHoldsItOrTakesItBack() {
        check("""
                0 give 50 1: 50 of 50 24
                24 give 70 2: 70 of 70 48
                48 give 99 3: 99 of 100 72
                49 slow 3: 99 of 100 72
                72 give 100 3: 100 of 100 96
                73 slow 3: 100 of 100 96
                73 slow 3: 100 of 100 96
                74 slow 3: 100 of 100 96
                75 slow 3: 100 of 100 96
                96 give 1 2: 1 of 70 120
                """);
        check("""
                0 give 50 1: 50 of 50 24
                1 slow 1: 50 of 50 24
                2 slow 1: 50 of 50 24
                24 give 50 1: 50 of 50 48
                """);
    }

    /** One in a hundred and less is not minded. */
    @Test
    void aFewRepliesThatWantLessAmongManyHinderNothing() {
        var lane = new WarmUp(8, World.START, 500, 5, false, false);

        assertThat(lane.at(hour(24), Growth.GROWS, STEPS).step()).isEqualTo(9);
    }

    @Test
    void aRefusalTakesItBackAtOnceAndOnceADay() {
        check("""
                0 give 50 1: 50 of 50 24
                24 give 70 2: 70 of 70 48
                48 give 100 3: 100 of 100 72
                72 give 140 4: 140 of 140 96
                73 refuse 2: 140 of 70 96
                74 refuse 2: 140 of 70 96
                96 give 70 2: 70 of 70 120
                121 refuse 1: 0 of 50 -
                122 refuse 1: 0 of 50 -
                123 give 1 1: 1 of 50 147
                """);
    }

    /** It is about what was given in the day that is over, and nothing is given by it. */
    @Test
    void whatItSaysAfterTheDayHoldsItTooAndBeginsNone() {
        check("""
                0 give 50 1: 50 of 50 24
                25 slow 1: 0 of 50 -
                30 give 50 1: 50 of 50 54
                54 give 1 2: 1 of 70 78
                """);
    }

    @Test
    void nothingGrowsWhileAListClaimsSomething() {
        check("""
                0 give 50 1: 50 of 50 24
                24 !give 50 1: 50 of 50 48
                """);
        check("""
                0 !give 1 1: 1 of 50 24
                1 give 49 1: 50 of 50 24
                24 give 50 1: 50 of 50 48
                48 look 2: 0 of 70 -
                """);
    }

    @Test
    void whatWasNotGivenAfterAllIsThereAgainInItsOwnDay() {
        var given = WarmUp.COLD.taking(30, hour(0), Growth.GROWS, STEPS);

        assertThat(given.givingBack(10, hour(0)).used()).isEqualTo(20);
        var next = given.taking(1, hour(24), Growth.GROWS, STEPS);
        assertThat(next).isEqualTo(new WarmUp(1, hour(24), 1, 0, false, false));
        assertThat(next.givingBack(10, hour(1))).isEqualTo(next);
    }

    @Test
    void afterAMonthWithoutMailItIsNotKnownAnyMore() {
        var known = new WarmUp(9, World.START, 0, 0, false, false);
        var month = hour(24).plus(WarmUp.FORGOTTEN);

        assertThat(known.at(month.minusSeconds(1), Growth.GROWS, STEPS).step()).isEqualTo(9);
        assertThat(known.at(month, Growth.GROWS, STEPS)).isEqualTo(WarmUp.COLD);
        assertThat(known.isAtRest(month, STEPS)).isTrue();
    }

    /** What one who always has mail gives a receiver: the published table, and then without a limit. */
    @Test
    void whoeverUsesItUpIsThroughInTwentyDays() {
        var ceilings = new ArrayList<Long>();
        var lane = WarmUp.COLD;
        for (int day = 0; day < STEPS.ceilings().size(); day++) {
            long ceiling = lane.at(hour(24 * day), Growth.GROWS, STEPS).ceiling(STEPS);
            ceilings.add(ceiling);
            assertThat(lane.at(hour(24 * day), Growth.GROWS, STEPS).has((int) ceiling + 1, STEPS))
                    .isFalse();
            lane = lane.taking((int) ceiling, hour(24 * day), Growth.GROWS, STEPS);
        }

        assertThat(ceilings)
                .containsExactly(
                        50L, 70L, 100L, 140L, 200L, 280L, 400L, 560L, 780L, 1_100L, 1_500L, 2_200L, 3_000L, 4_200L,
                        6_000L, 8_000L, 12_000L, 16_000L, 22_000L, 30_000L);
        var done = lane.at(hour(24 * 20), Growth.GROWS, STEPS);
        assertThat(done.isDone(STEPS)).isTrue();
        assertThat(done.has(1_000_000, STEPS)).isTrue();
    }

    @Test
    void aTableAscendsAndItsDaysLast() {
        assertThatThrownBy(() -> new WarmUpSteps(List.of(50, 50), Duration.ofHours(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> STEPS.lasting(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void check(String history) {
        var lane = new WarmUp[] {WarmUp.COLD};
        var lived =
                history.lines().map(line -> live(lane, line.split(" "))).collect(Collectors.joining("\n", "", "\n"));

        assertThat(lived).isEqualTo(history);
    }

    private static String live(WarmUp[] lane, String[] words) {
        var now = hour(Double.parseDouble(words[0]));
        var growth = words[1].startsWith("!") ? Growth.STOPPED : Growth.GROWS;
        var event = words[1].replace("!", "");
        boolean counts = event.equals("give");
        lane[0] = switch (event) {
            case "give" -> lane[0].taking(Integer.parseInt(words[2]), now, growth, STEPS);
            case "slow" -> lane[0].slowing(now, growth, STEPS);
            case "refuse" -> lane[0].refusing(now, growth, STEPS);
            case "look" -> lane[0];
            default -> throw new IllegalArgumentException(event);
        };
        return words[0] + " " + words[1] + (counts ? " " + words[2] : "") + " "
                + shown(lane[0].at(now, growth, STEPS), now);
    }

    private static String shown(WarmUp lane, Instant now) {
        var end = lane.isRunning(now, STEPS)
                ? String.valueOf(Duration.between(World.START, lane.ends(STEPS)).toHours())
                : "-";
        return (lane.step() + 1) + ": " + lane.used() + " of " + lane.ceiling(STEPS) + " " + end;
    }

    private static Instant hour(double hour) {
        return World.START.plusSeconds((long) (hour * 3600));
    }
}
