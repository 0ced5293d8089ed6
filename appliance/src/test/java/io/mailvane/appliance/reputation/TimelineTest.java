package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.Timeline.Bar;
import io.mailvane.appliance.reputation.Timeline.Tick;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:30:00Z");
    private static final Instant BEGIN = NOW.minus(Duration.ofHours(24));

    private static EventAnswer event(int minutesAgo, String from, String to) {
        return new EventAnswer(
                1, NOW.minus(Duration.ofMinutes(minutesAgo)), "zone-a", "cell", "203.0.113.11", "psbl", from, to, "");
    }

    private static Timeline line(EventAnswer... newestFirst) {
        return Timeline.of(Strip.of("203.0.113.11", "psbl", List.of(newestFirst), BEGIN, "CLEAN"), NOW);
    }

    @Test
    void standsAsNowWhereNothingChanged() {
        assertThat(line())
                .isEqualTo(
                        new Timeline("203.0.113.11", "psbl", List.of(new Bar(0, 1440, "bar-clean", "CLEAN")), "CLEAN"));
    }

    @Test
    void beginsWithTheStateBeforeTheFirstChange() {
        assertThat(line(event(60, "SUSPECT", "LISTED"), event(61, "CLEAN", "SUSPECT")))
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
    void drawsWhatOnlyJustHappened() {
        assertThat(line(event(0, "CLEAN", "SUSPECT")).bars())
                .containsExactly(
                        new Bar(0, 1440, "bar-clean", "CLEAN"), new Bar(1436, 4, "bar-suspect", "SUSPECT since 12:30"));
    }

    private static EventAnswer ofList(int minutesAgo, String list, String from, String to) {
        return new EventAnswer(1, NOW.minus(Duration.ofMinutes(minutesAgo)), "zone-a", "list", list, "-", from, to, "");
    }

    /** An outage is an event of the list, or of all, and is seen in every strip. */
    @Test
    void showsNothingAsKnownWhileTheListToldNothing() {
        var events = List.of(
                ofList(30, "psbl", "UNKNOWN", "OK"),
                event(40, "CLEARING", "CLEAN"),
                ofList(50, "psbl", "OK", "UNKNOWN"),
                event(60, "LISTED", "CLEARING"),
                ofList(70, "all lists", "UNKNOWN", "OK"),
                ofList(90, "all lists", "-", "UNKNOWN"));
        var strip = Strip.of(CheckTest.cell(CellState.CLEAN, Overlay.NONE), events, BEGIN);
        assertThat(Timeline.of(strip, NOW).words())
                .isEqualTo("LISTED, then unknown since 11:00, then LISTED since 11:20, then CLEARING since 11:30,"
                        + " then unknown since 11:40, then CLEAN since 12:00");
    }

    @Test
    void takesNoClassFromAPeersState() {
        var strip = new Strip("203.0.113.11", "psbl", List.of(new Strip.Span(BEGIN, "\"><x")));
        assertThat(Timeline.of(strip, NOW).bars()).containsExactly(new Bar(0, 1440, "bar-x", "\"><x"));
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
