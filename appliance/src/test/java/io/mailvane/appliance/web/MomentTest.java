package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, 12:00:00, now",
        "2026-03-01T12:00:00.900Z, 12:00:00, now",
        "2026-03-01T11:59:59Z, 11:59:59, 1 s ago",
        "2026-03-01T11:59:01Z, 11:59:01, 59 s ago",
        "2026-03-01T11:58:30Z, 11:58:30, 1 min ago",
        "2026-03-01T10:00:00Z, 10:00:00, 2 h ago",
        "2026-03-01T09:55:00Z, 09:55:00, 2 h 5 min ago",
        "2026-02-28T23:00:00Z, 2026-02-28 23:00:00, 13 h ago",
        "2026-02-26T08:00:00Z, 2026-02-26 08:00:00, 3 d 4 h ago",
        "2026-03-01T12:05:00Z, 12:05:00, in 5 min",
        "2026-03-02T12:00:00Z, 2026-03-02 12:00:00, in 1 d",
    })
    void saysTheTimeAndHowFarItIs(Instant at, String text, String distance) {
        var moment = new Moment(at, NOW);
        assertThat(moment.text()).isEqualTo(text);
        assertThat(moment.distance()).isEqualTo(distance);
    }
}
