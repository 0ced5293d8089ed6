package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.RoutingSettings.Flap;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlapDampingTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1000, -",
        "0 2, 1794, -",
        "0 2 4, 2424, 10.2",
        "0 4 8, 2027, 8.6",
        "0 1 2 3, 3392, 13.1",
        "0 12 24, 1313, -",
    })
    void holdsWhatFallsOften(String hours, int figure, String held) {
        var falls = Arrays.stream(hours.split(" ")).map(FlapDampingTest::hour).toList();
        var damping = FlapDamping.STEADY;
        for (var fall : falls) {
            damping = damping.fallen(fall, Flap.DEFAULT);
        }
        var last = falls.getLast();

        assertThat(Math.round(damping.figureAt(last, Flap.DEFAULT))).isEqualTo(figure);
        var shown = damping.release(Flap.DEFAULT)
                .map(release -> Math.round(release.since(last).toMinutes() / 6.0) / 10.0)
                .map(String::valueOf)
                .orElse("-");
        assertThat(shown).isEqualTo(held);
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "0 4 8, 3", "0 12 24, 3", "0 4 40, 1"})
    void countsWhatIsNotForgotten(String hours, int times) {
        var damping = FlapDamping.STEADY;
        for (var hour : hours.split(" ")) {
            damping = damping.fallen(hour(hour), Flap.DEFAULT);
        }

        assertThat(damping.times()).isEqualTo(times);
    }

    @Test
    void holdsNothingLongerThanTwoDays() {
        var damping = FlapDamping.STEADY;
        for (int fall = 0; fall < 500; fall++) {
            damping = damping.fallen(hour("0"), Flap.DEFAULT);
        }

        assertThat(damping.release(Flap.DEFAULT)).contains(hour("48"));
        assertThat(damping.isSuppressed(hour("47"), Flap.DEFAULT)).isTrue();
        assertThat(damping.isSuppressed(hour("48"), Flap.DEFAULT)).isFalse();
    }

    /** As far as the configuration lets anybody go. */
    @Test
    void nothingIsTooLongToBeReckonedWith() {
        var longest = Duration.ofDays(3650);
        var flap = new Flap(1_000_000, longest, 1, 1, longest);
        var damping = FlapDamping.STEADY;
        for (int fall = 0; fall < 2_000; fall++) {
            damping = damping.fallen(hour("0"), flap);
        }

        assertThat(damping.release(flap)).contains(hour("0").plus(longest));
    }

    private static Moment hour(String hour) {
        return Cells.at(Duration.ofHours(Long.parseLong(hour)));
    }
}
