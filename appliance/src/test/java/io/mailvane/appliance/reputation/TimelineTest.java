package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.Strip.Span;
import io.mailvane.appliance.reputation.Timeline.Bar;
import io.mailvane.appliance.reputation.Timeline.Tick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:30:00Z");
    private static final Instant BEGIN = NOW.minus(Duration.ofHours(24));

    private static Instant ago(int minutes) {
        return NOW.minus(Duration.ofMinutes(minutes));
    }

    private static Timeline line(Span... spans) {
        return Timeline.of(new Strip("203.0.113.11", "psbl", List.of(spans)), NOW);
    }

    @Test
    void isOneBarWhereNothingChanged() {
        assertThat(line(new Span(BEGIN, "CLEAN")))
                .isEqualTo(
                        new Timeline("203.0.113.11", "psbl", List.of(new Bar(0, 1440, "bar-clean", "CLEAN")), "CLEAN"));
    }

    @Test
    void drawsEachStateUntilTheNextOne() {
        assertThat(line(new Span(BEGIN, "CLEAN"), new Span(ago(61), "SUSPECT"), new Span(ago(60), "LISTED")))
                .isEqualTo(new Timeline(
                        "203.0.113.11",
                        "psbl",
                        List.of(
                                new Bar(0, 1379, "bar-clean", "CLEAN"),
                                new Bar(1379, 4, "bar-suspect", "SUSPECT since 11:29"),
                                new Bar(1380, 60, "bar-listed", "LISTED since 11:30")),
                        "CLEAN, then SUSPECT since 11:29, then LISTED since 11:30"));
    }

    @Test
    void drawsNothingWhereNothingIsKnownYet() {
        assertThat(line(new Span(ago(90), "CLEAN")).bars())
                .containsExactly(new Bar(1350, 90, "bar-clean", "CLEAN since 11:00"));
    }

    @Test
    void drawsWhatOnlyJustHappened() {
        assertThat(line(new Span(BEGIN, "CLEAN"), new Span(NOW, "SUSPECT")).bars())
                .containsExactly(
                        new Bar(0, 1440, "bar-clean", "CLEAN"), new Bar(1436, 4, "bar-suspect", "SUSPECT since 12:30"));
    }

    @Test
    void takesNoClassFromAPeersState() {
        assertThat(line(new Span(BEGIN, "\"><x")).bars()).containsExactly(new Bar(0, 1440, "bar-x", "\"><x"));
    }

    @Test
    void namesTheQuartersOfTheDay() {
        assertThat(Timeline.ticks(NOW))
                .containsExactly(
                        new Tick(330, "18:00"),
                        new Tick(690, "00:00"),
                        new Tick(1050, "06:00"),
                        new Tick(1410, "12:00"));
    }
}
