package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.route.Lane.State;
import io.mailvane.route.Lane.Strike;
import io.mailvane.route.Lane.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Each test is the history of one lane. */
class LaneTest {
    private static final Instant START = World.START;
    private static final RoutingSettings SETTINGS = RoutingSettings.DEFAULT;

    private Lane lane = Lane.open(START);
    private final List<String> history = new ArrayList<>();

    private static Instant at(String time) {
        return START.plus(Duration.parse("PT" + time));
    }

    private void note(String time) {
        lane = lane.at(at(time), SETTINGS);
        history.add(time + " " + lane.state() + (lane.state() == State.OPEN ? share(time) : ""));
    }

    private String share(String time) {
        return " " + Math.round(lane.share(at(time), SETTINGS).part() * 100) + "%";
    }

    private void strike(String time, int recipient) {
        lane = lane.struck(new Strike(at(time), recipient), Weight.ONE, SETTINGS);
        note(time);
    }

    private void rate(String time) {
        lane = lane.slowed(100, at(time), SETTINGS);
        note(time);
    }

    /** Of the message that took it last. */
    private Permit probe() {
        return new Permit(
                World.source("a1"),
                World.GENERIC,
                Optional.of(lane.until()),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    private void accept(String time) {
        lane = lane.taken(at(time), SETTINGS);
        lane = lane.accepted(probe(), at(time), SETTINGS);
        note(time);
    }

    @Test
    void oneStrikeClosesItForAQuarterOfAnHourAndOneProbeOpensItByTheRamp() {
        strike("0M", 1);
        note("14M59S");
        note("15M");
        accept("16M");
        note("2H16M");
        note("10H16M");
        assertThat(history)
                .containsExactly(
                        "0M COOLDOWN",
                        "14M59S COOLDOWN",
                        "15M PROBING",
                        "16M OPEN 5%",
                        "2H16M OPEN 10%",
                        "10H16M OPEN 100%");
        assertThat(lane.isAtRest(at("24H"), SETTINGS)).isTrue();
    }

    @Test
    void twoRecipientsRefusedWithinHalfAnHourCloseItForSixHours() {
        strike("0M", 1);
        strike("1M", 2);
        note("6H");
        note("6H1M");
        assertThat(history).containsExactly("0M COOLDOWN", "1M BLOCKED", "6H BLOCKED", "6H1M PROBING");
    }

    @Test
    void oneRecipientRefusedTwiceIsOneStrike() {
        strike("0M", 1);
        strike("1M", 1);
        note("15M");
        assertThat(history).containsExactly("0M COOLDOWN", "1M COOLDOWN", "15M PROBING");
    }

    @Test
    void aStrikeThatABlacklistConfirmsNeedsNoSecond() {
        lane = lane.struck(new Strike(START, 1), Weight.PROVEN, SETTINGS);
        assertThat(lane.state()).isEqualTo(State.BLOCKED);
        assertThat(lane.until()).isEqualTo(at("6H"));
    }

    @Test
    void everyProbeThatFailsClosesItForLonger() {
        strike("0M", 1);
        var closed = new ArrayList<Duration>();
        for (int i = 0; i < 5; i++) {
            var reopens = lane.until();
            lane = lane.struck(new Strike(reopens.plusSeconds(3_600), 1), Weight.ONE, SETTINGS);
            closed.add(Duration.between(lane.since(), lane.until()));
        }
        assertThat(closed)
                .containsExactly(
                        Duration.ofHours(1),
                        Duration.ofHours(6),
                        Duration.ofHours(24),
                        Duration.ofHours(24),
                        Duration.ofHours(24));
    }

    @Test
    void afterABlockItIsProbedFasterAndFasterUntilItIsOpen() {
        strike("0M", 1);
        strike("0M", 2);
        var now = lane.until();
        var gaps = new ArrayList<Duration>();
        lane = lane.at(now, SETTINGS);
        while (lane.state() == State.PROBING) {
            lane = lane.taken(now, SETTINGS);
            gaps.add(Duration.between(now, lane.until()));
            now = lane.until();
            lane = lane.accepted(probe(), now, SETTINGS).at(now, SETTINGS);
        }
        assertThat(gaps).hasSize(26);
        assertThat(gaps.subList(0, 7))
                .containsExactly(
                        Duration.ofHours(1),
                        Duration.ofMinutes(12),
                        Duration.ofMinutes(12),
                        Duration.ofMinutes(12),
                        Duration.ofMinutes(12),
                        Duration.ofMinutes(12),
                        Duration.ofMinutes(3));
        assertThat(lane.share(now, SETTINGS)).isEqualTo(new Share(0.05, now.plus(Duration.ofHours(2))));
    }

    /** It was out since the first refusal, not since it may be probed. */
    @Test
    void whatWasOutForDaysComesBackByDailySteps() {
        strike("0M", 1);
        strike("0M", 2);
        while (lane.until().isBefore(at("240H"))) {
            lane = lane.struck(new Strike(lane.until(), 1), Weight.ONE, SETTINGS);
        }
        var opened = openedByProbes();
        assertThat(lane.share(opened, SETTINGS)).isEqualTo(new Share(0.05, opened.plus(Duration.ofDays(1))));
    }

    private Instant openedByProbes() {
        var now = lane.until();
        while (lane.at(now, SETTINGS).state() != State.OPEN) {
            lane = lane.taken(now, SETTINGS);
            var passed = now;
            now = lane.until();
            lane = lane.accepted(probe(), passed, SETTINGS);
        }
        return lane.since();
    }

    /** Half an hour, on its way back for six, and another day and a half hour: the ramp is of a day and an hour, between the longest and the shortest. */
    @Test
    void whatIsRefusedOnItsWayBackHasBeenOutForBothTimes() {
        strike("0M", 1);
        accept("30M");
        strike("6H30M", 3);
        accept("31H");
        var out = Duration.ofHours(25);
        assertThat(lane.share(at("31H"), SETTINGS).until())
                .isEqualTo(at("31H").plus(SETTINGS.ramp().length(out)))
                .isAfter(at("33H"));
        note("240H");
        strike("240H", 4);
        accept("240H15M");
        assertThat(lane.share(at("240H15M"), SETTINGS).until())
                .as("after it had carried all of its mail")
                .isEqualTo(at("242H15M"));
    }

    /** They left before it was closed. */
    @Test
    void whatBecomesOfOtherMessagesShowsNothingWhileItIsProbed() {
        strike("0M", 1);
        lane = lane.taken(at("15M"), SETTINGS);
        var other = Permit.plain(World.source("a1"), World.GENERIC);
        assertThat(lane.accepted(other, at("16M"), SETTINGS)).isEqualTo(lane);
        assertThat(lane.untaken(other, at("16M"))).isEqualTo(lane);
    }

    @Test
    void onlyATokenThatWasTakenIsGivenBack() {
        rate("0M");
        lane = lane.taken(at("0M"), SETTINGS);
        assertThat(lane.untaken(Permit.plain(World.source("a1"), World.GENERIC), at("0M")))
                .isEqualTo(lane);
    }

    @Test
    void aStrikeOnTheRampTakesItTwoStepsBack() {
        strike("0M", 1);
        accept("16M");
        note("6H20M");
        strike("6H20M", 3);
        accept("6H36M");
        assertThat(history)
                .containsExactly("0M COOLDOWN", "16M OPEN 5%", "6H20M OPEN 40%", "6H20M COOLDOWN", "6H36M OPEN 10%");
    }

    @Test
    void aRateReplyHalvesTheRateWhichGrowsBackByTenthsOfWhatItWas() {
        rate("0M");
        assertThat(rateAt("0M")).isEqualTo(50);
        assertThat(rateAt("9M59S")).isEqualTo(50);
        assertThat(rateAt("10M")).isEqualTo(60);
        note("49M");
        note("51M");
        assertThat(history).containsExactly("0M SLOW", "49M SLOW", "51M OPEN 100%");
    }

    private double rateAt(String time) {
        return lane.throttle().orElseThrow().rateAt(at(time));
    }

    @Test
    void aRateIsNeverLessThanOneAMinute() {
        lane = lane.slowed(0, START, SETTINGS).slowed(0, at("1M"), SETTINGS);
        assertThat(rateAt("1M")).isEqualTo(1);
    }

    @Test
    void threeRateRepliesInAnHourCloseItForTwo() {
        rate("0M");
        rate("20M");
        rate("40M");
        note("2H39M");
        note("2H40M");
        assertThat(history).containsExactly("0M SLOW", "20M SLOW", "40M COOLDOWN", "2H39M COOLDOWN", "2H40M PROBING");
    }
}
