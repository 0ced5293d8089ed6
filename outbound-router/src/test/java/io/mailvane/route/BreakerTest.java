package io.mailvane.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.route.Breaker.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final RoutingSettings.Smarthosts SETTINGS = RoutingSettings.DEFAULT.smarthosts();
    private static final Instant START = World.START;
    private static final Permit NONE = Permit.plain(World.smarthost("sh1"), World.GENERIC);

    /** Of the delivery that was given to it last. */
    private static Permit trial(Breaker breaker) {
        return new Permit(
                NONE.route(),
                NONE.provider(),
                Optional.empty(),
                Optional.of(breaker.until()),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    private static Breaker passed(Breaker breaker, Instant now) {
        return breaker.reached(trial(breaker), now, SETTINGS);
    }

    private static Breaker failing(Breaker breaker, int times, Instant now) {
        var after = breaker;
        for (int i = 0; i < times; i++) {
            after = after.unreached(NONE, now, 0, SETTINGS);
        }
        return after;
    }

    @Test
    void fiveFailuresInARowOpenItForHalfAMinute() {
        assertThat(failing(Breaker.CLOSED, 4, START).state()).isEqualTo(State.CLOSED);
        var open = failing(Breaker.CLOSED, 5, START);
        assertThat(open.state()).isEqualTo(State.OPEN);
        assertThat(open.lets(START.plusSeconds(29))).isFalse();
        assertThat(open.lets(START.plusSeconds(30))).isTrue();
    }

    @Test
    void halfOfTheLastTenFailingOpensIt() {
        var breaker = Breaker.CLOSED;
        for (int i = 0; i < 5; i++) {
            breaker = breaker.reached(NONE, START, SETTINGS);
            assertThat(breaker.state()).isEqualTo(State.CLOSED);
            breaker = breaker.unreached(NONE, START, 0, SETTINGS);
        }
        assertThat(breaker.state()).isEqualTo(State.OPEN);
    }

    @Test
    void whatIsOlderThanTenMinutesCountsNoMore() {
        var breaker = Breaker.CLOSED;
        for (int i = 0; i < 40; i++) {
            var now = START.plus(Duration.ofMinutes(2L * i));
            breaker = i % 2 == 0 ? breaker.unreached(NONE, now, 0, SETTINGS) : breaker.reached(NONE, now, SETTINGS);
        }
        assertThat(breaker.state()).isEqualTo(State.CLOSED);
    }

    @Test
    void threeProbesOneByOneCloseIt() {
        var now = START.plusSeconds(30);
        var breaker = failing(Breaker.CLOSED, 5, START).taken(now, SETTINGS);
        assertThat(breaker.lets(now)).isFalse();
        breaker = passed(breaker, now);
        assertThat(breaker.lets(now)).isTrue();
        breaker = passed(breaker.taken(now, SETTINGS), now).taken(now, SETTINGS);
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(passed(breaker, now)).isEqualTo(Breaker.CLOSED);
    }

    /** They were sent when it was closed, and end while one message shows whether it is well. */
    @Test
    void whatBecomesOfOtherDeliveriesShowsNothingWhileItIsTried() {
        var now = START.plusSeconds(30);
        var tried = failing(Breaker.CLOSED, 5, START).taken(now, SETTINGS);
        assertThat(tried.reached(NONE, now, SETTINGS)).isEqualTo(tried);
        assertThat(tried.unreached(NONE, now, 0, SETTINGS)).isEqualTo(tried);
        assertThat(tried.untaken(NONE, now)).isEqualTo(tried);
    }

    @Test
    void aTrialOfSeveralRecipientsIsOne() {
        var now = START.plusSeconds(30);
        var tried = failing(Breaker.CLOSED, 5, START).taken(now, SETTINGS);
        var trial = trial(tried);
        var once = tried.reached(trial, now, SETTINGS);
        assertThat(once.reached(trial, now, SETTINGS).reached(trial, now, SETTINGS))
                .isEqualTo(once);
    }

    @Test
    void eachProbeThatFailsDoublesTheTimeUpToTenMinutes() {
        var breaker = failing(Breaker.CLOSED, 5, START);
        var now = START;
        var waits = new ArrayList<Long>();
        for (int i = 0; i < 7; i++) {
            waits.add(Duration.between(now, breaker.until()).toSeconds());
            now = breaker.until();
            breaker = breaker.taken(now, SETTINGS);
            breaker = breaker.unreached(trial(breaker), now, 0, SETTINGS);
        }
        assertThat(waits).isEqualTo(List.of(30L, 60L, 120L, 240L, 480L, 600L, 600L));
    }

    @Test
    void jitterIsAFifth() {
        assertThat(failing(Breaker.CLOSED, 4, START)
                        .unreached(NONE, START, 1, SETTINGS)
                        .until())
                .isEqualTo(START.plusSeconds(36));
        assertThat(failing(Breaker.CLOSED, 4, START)
                        .unreached(NONE, START, -1, SETTINGS)
                        .until())
                .isEqualTo(START.plusSeconds(24));
    }

    @Test
    void refusedCredentialsLeaveItAloneForAQuarterOfAnHour() {
        var open = Breaker.CLOSED.refusedCredentials(START, SETTINGS);
        assertThat(open.state()).isEqualTo(State.OPEN_FOR_AUTH);
        assertThat(open.lets(START.plus(Duration.ofMinutes(15)).minusMillis(1))).isFalse();
        assertThat(open.lets(START.plus(Duration.ofMinutes(15)))).isTrue();
    }

    @Test
    void aProbeThatNobodyHearsOfIsLostAfterFiveMinutes() {
        var now = START.plusSeconds(30);
        var probing = failing(Breaker.CLOSED, 5, START).taken(now, SETTINGS);
        assertThat(probing.lets(now.plus(Duration.ofMinutes(5)))).isTrue();
    }
}
