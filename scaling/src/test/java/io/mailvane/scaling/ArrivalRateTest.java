package io.mailvane.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalRateTest {
    @Test
    void seesAFloodWithinSecondsAndForgetsItAfterTen() {
        var counts =
                List.of(0L, 0L, 100L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 200L, 205L);
        var rate = new ArrivalRate();
        var rates = new ArrayList<Double>();
        for (int second = 0; second < counts.size(); second++) {
            rates.add(rate.at(counts.get(second), Duration.ofSeconds(second).toNanos()));
        }
        assertThat(rates)
                .containsExactly(
                        0.0, 0.0, 50.0, 100.0, 50.0, 40.0, 200.0 / 6, 200.0 / 7, 25.0, 200.0 / 9, 20.0, 20.0, 10.0, 0.0,
                        0.0, 2.5);
    }

    @Test
    void takesACountThatBeganAnewForNone() {
        var rate = new ArrivalRate();
        assertThat(List.of(rate.at(50, 0), rate.at(0, Duration.ofSeconds(1).toNanos()), rate.at(0, 0)))
                .containsExactly(0.0, 0.0, 0.0);
    }
}
