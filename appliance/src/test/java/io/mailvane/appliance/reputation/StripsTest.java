package io.mailvane.appliance.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.Strip.Span;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.ListState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Remedy;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.dnsbl.ResolverMode;
import io.mailvane.dnsbl.Verdict;
import io.mailvane.mail.SourceStanding;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the strips show of what happened, and that each ends as its card or cell looks now. */
class StripsTest {
    private static final String A = "203.0.113.11";
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant BEGIN = NOW.minus(Duration.ofHours(24));

    /** Oldest first. */
    private final List<EventAnswer> events = new ArrayList<>();

    private static Instant ago(int minutes) {
        return NOW.minus(Duration.ofMinutes(minutes));
    }

    private void happened(int minutesAgo, String kind, String subject, String object, String from, String to) {
        events.add(new EventAnswer(
                events.size() + 1, ago(minutesAgo), "zone-a", kind, subject, object, from, to, "because"));
    }

    private void listBecame(int minutesAgo, String list, String from, String to) {
        happened(minutesAgo, "list", list, "-", from, to);
    }

    private void cellBecame(int minutesAgo, String list, String from, String to) {
        happened(minutesAgo, "cell", A, list, from, to);
    }

    private static CellView cell(String list, CellState state, Overlay overlay, Instant since, Instant verified) {
        return new CellView(
                A,
                list,
                state,
                overlay,
                false,
                new Reputation.Claim(List.of(), "", 0, Remedy.WAIT, "", ""),
                new Reputation.Times(
                        since,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(ago(1)),
                        Optional.of(verified),
                        Optional.empty()),
                new Reputation.Asked("-", ResolverMode.DIRECT, Duration.ZERO, Optional.empty(), "", Optional.empty()),
                0,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    private static CellView clean(String list) {
        return cell(list, CellState.CLEAN, Overlay.NONE, ago(3000), ago(5));
    }

    private static CellView silent(String list) {
        return cell(list, CellState.CLEAN, Overlay.UNKNOWN, ago(3000), ago(5));
    }

    /** Each strip as {@code what: state, state since so many minutes, ...}. */
    private List<String> strips(State state, boolean known, CellView... cells) {
        return strips(state, known, List.of(cells), cells);
    }

    /** @param asked the cells that there still are */
    private List<String> strips(State state, boolean known, List<CellView> asked, CellView... cells) {
        var standing = new SourceStanding("a1", state, 1, 0, Map.of(), "why", Optional.empty());
        var card = new AddressCard(
                A,
                standing,
                0,
                ago(3000),
                0,
                0,
                Optional.empty(),
                true,
                true,
                List.of(),
                known,
                Optional.empty(),
                List.of());
        var lists = Stream.of(cells).map(StripsTest::list).toList();
        var verdict = new Verdict("", List.of(), 0, Optional.empty(), Verdict.Tone.OK, Optional.empty(), NOW);
        var reputation = new Reputation(NOW, verdict, "", List.of(card), asked, lists, List.of());
        return Strips.of(reputation, events.reversed(), BEGIN).stream()
                .map(StripsTest::words)
                .toList();
    }

    private static ListView list(CellView cell) {
        return new ListView(
                cell.list(),
                cell.list(),
                "",
                cell.list(),
                new Reputation.Weight(
                        cell.list().equals("hobby") ? 5 : 40, !cell.list().equals("hobby"), List.of()),
                ListState.OK,
                ResolverMode.DIRECT,
                false,
                Map.of(),
                Optional.empty(),
                0,
                0,
                "");
    }

    private static String words(Strip strip) {
        var spans = strip.spans().stream()
                .map(span -> span.from().equals(BEGIN)
                        ? span.state()
                        : span.state() + " "
                                + Duration.between(span.from(), NOW).toMinutes())
                .toList();
        return strip.object() + ": " + String.join(", ", spans);
    }

    /** No list is asked about it any more, and what was is not forgotten for that. */
    @Test
    void whatWasBeforeAnAddressWasRetiredIsShown() {
        happened(900, "list", HistoryEvent.ALL_LISTS, "-", "OK", "UNKNOWN");
        happened(840, "list", HistoryEvent.ALL_LISTS, "-", "UNKNOWN", "OK");
        cellBecame(600, "psbl", "CLEAN", "LISTED");
        happened(600, "address", A, "a1", "ACTIVE", "QUARANTINED");
        happened(60, "address", A, "a1", "QUARANTINED", "RETIRED");
        happened(30, "list", HistoryEvent.ALL_LISTS, "-", "OK", "UNKNOWN");

        assertThat(strips(State.RETIRED, true, List.of(), clean("psbl"), clean("spamcop")))
                .containsExactly("-: ACTIVE, unknown 900, ACTIVE 840, QUARANTINED 600, RETIRED 60");
    }

    @Test
    void anAddressThatWasRetiredLongAgoIsThat() {
        assertThat(strips(State.RETIRED, true, List.of(), clean("psbl"))).containsExactly("-: RETIRED");
    }

    @Test
    void aCellThatWasNeverNamedHasAStripToo() {
        assertThat(strips(State.ACTIVE, true, clean("psbl"))).containsExactly("-: ACTIVE", "psbl: CLEAN");
    }

    @Test
    void whatIsNotKnownSoLongAgoIsNotDrawn() {
        var young = cell("psbl", CellState.CLEAN, Overlay.NONE, ago(90), ago(5));
        assertThat(strips(State.ACTIVE, true, young)).containsExactly("-: unknown, ACTIVE 90", "psbl: CLEAN 90");
    }

    @Test
    void showsWhatAListSaidAndWhenItSaidNothing() {
        listBecame(90, "all lists", "-", "UNKNOWN");
        listBecame(70, "all lists", "UNKNOWN", "OK");
        cellBecame(60, "psbl", "LISTED", "CLEARING");
        listBecame(50, "psbl", "OK", "UNKNOWN");
        cellBecame(40, "psbl", "CLEARING", "CLEAN");
        listBecame(30, "psbl", "UNKNOWN", "OK");
        assertThat(strips(State.ACTIVE, true, clean("psbl")).getLast())
                .isEqualTo("psbl: LISTED, unknown 90, LISTED 70, CLEARING 60, unknown 50, CLEAN 30");
    }

    /** Neither is an address that no list names. */
    @Test
    void inAnOutageNothingIsGreen() {
        listBecame(200, "psbl", "UNKNOWN", "OK");
        listBecame(60, "all lists", "OK", "UNKNOWN");
        assertThat(strips(State.ACTIVE, false, silent("psbl"), silent("spamcop")))
                .containsExactly(
                        "-: ACTIVE, unknown 60", "psbl: unknown, CLEAN 200, unknown 60", "spamcop: CLEAN, unknown 60");
    }

    @Test
    void whereItIsAgainItWasNotBetween() {
        listBecame(60, "all lists", "OK", "UNKNOWN");
        listBecame(20, "all lists", "UNKNOWN", "OK");
        assertThat(strips(State.ACTIVE, true, clean("psbl")))
                .containsExactly("-: ACTIVE, unknown 60, ACTIVE 20", "psbl: CLEAN, unknown 60, CLEAN 20");
    }

    @Test
    void anAddressIsKnownWhileMostListsThatCountTell() {
        listBecame(60, "psbl", "OK", "UNKNOWN");
        listBecame(50, "hobby", "OK", "REFUSED");
        listBecame(40, "spamcop", "OK", "BLIND");
        listBecame(30, "psbl", "UNKNOWN", "OK");
        var spamcop = cell("spamcop", CellState.CLEAN, Overlay.BLIND, ago(3000), ago(5));
        var hobby = cell("hobby", CellState.CLEAN, Overlay.REFUSED, ago(3000), ago(5));
        assertThat(strips(State.ACTIVE, true, clean("psbl"), spamcop, clean("barracuda"), hobby))
                .containsExactly(
                        "-: ACTIVE, unknown 40, ACTIVE 30",
                        "psbl: CLEAN, unknown 60, CLEAN 30",
                        "spamcop: CLEAN, blind 40",
                        "barracuda: CLEAN",
                        "hobby: CLEAN, refused 50");
    }

    /** What took it out still holds, as its card says. */
    @Test
    void anAddressThatIsOutStaysSoInAnOutage() {
        happened(90, "address", A, "a1", "ACTIVE", "QUARANTINED");
        listBecame(60, "all lists", "OK", "UNKNOWN");
        assertThat(strips(State.QUARANTINED, false, silent("psbl")).getFirst()).isEqualTo("-: ACTIVE, QUARANTINED 90");
    }

    /** After a restart nothing has happened, and nothing is known. */
    @Test
    void endsAsTheCellLooksThoughNothingHappened() {
        assertThat(strips(State.ACTIVE, false, silent("psbl")))
                .containsExactly("-: ACTIVE, unknown 5", "psbl: CLEAN, unknown 5");
        var never = cell("psbl", CellState.NONE, Overlay.UNKNOWN, ago(3000), ago(3000));
        assertThat(strips(State.ACTIVE, false, never)).containsExactly("-: unknown", "psbl: unknown");
    }

    /** What hides it was told before the strip begins. */
    @Test
    void anOutageOfMoreThanADayIsGreyFromEndToEnd() {
        listBecame(60, "spamcop", "OK", "REFUSED");
        var spamcop = cell("spamcop", CellState.CLEAN, Overlay.REFUSED, ago(3000), ago(3000));
        var psbl = cell("psbl", CellState.LISTED, Overlay.UNKNOWN, ago(5000), ago(3000));
        assertThat(strips(State.ACTIVE, false, psbl, spamcop))
                .containsExactly("-: ACTIVE, unknown 60", "psbl: unknown", "spamcop: CLEAN, refused 60");
    }

    @Test
    void ofWhatIsToldNoMoreNothingIsKnownSinceThen() {
        var line = new Strip(A, "psbl", List.of(new Span(BEGIN, "CLEAN"), new Span(ago(60), "LISTED")));
        assertThat(words(line.unknownSince(ago(10)))).isEqualTo("psbl: CLEAN, LISTED 60, unknown 10");
        assertThat(words(line.unknownSince(ago(90)))).isEqualTo("psbl: CLEAN, unknown 90");
        var out = new Strip(A, "-", List.of(new Span(BEGIN, "QUARANTINED")));
        assertThat(words(out.unknownSince(ago(10)))).isEqualTo("-: QUARANTINED");
    }

    private static int rank(String before, String now) {
        return new Strip(A, "psbl", List.of(new Span(BEGIN, before), new Span(ago(60), now))).rank();
    }

    /** However many lists do not tell: what one says against an address is not lost among them. */
    @Test
    void whatAListSaysComesBeforeWhatIsNotKnownAndThatBeforeWhatChanged() {
        assertThat(List.of(
                        rank("CLEAN", "SUSPECT"),
                        rank("LISTED", "unknown"),
                        rank("LISTED", "CLEAN"),
                        rank("CLEAN", "refused"),
                        rank("unknown", "CLEAN"),
                        new Strip(A, "psbl", List.of(new Span(BEGIN, "CLEAN"))).rank()))
                .containsExactly(0, 1, 1, 2, 3, 4);
    }

    /** Before lists had answered nothing was known, in whatever state it was then. */
    @Test
    void anAddressThatIsNewIsNotKnown() {
        happened(90, "address", A, "a1", "NEW", "ACTIVE");
        var young = cell("psbl", CellState.CLEAN, Overlay.NONE, ago(90), ago(5));
        assertThat(strips(State.ACTIVE, true, young)).containsExactly("-: unknown, ACTIVE 90", "psbl: CLEAN 90");
    }

    /** Its card may know it by other lists than those that are told here. */
    @Test
    void whatAnAddressWentThroughStandsHoweverItEnds() {
        happened(90, "address", A, "a1", "ACTIVE", "QUARANTINED");
        happened(40, "address", A, "a1", "QUARANTINED", "ACTIVE");
        var psbl = cell("psbl", CellState.CLEAN, Overlay.UNKNOWN, ago(3000), ago(200));
        assertThat(strips(State.ACTIVE, true, psbl).getFirst())
                .isEqualTo("-: ACTIVE, unknown 200, QUARANTINED 90, unknown 40, ACTIVE 39");
    }

    @Test
    void ofManyStretchesTheShortestAreLeftOutAndNothingThatAListSaid() {
        cellBecame(1000, "psbl", "CLEAN", "LISTED");
        cellBecame(999, "psbl", "LISTED", "CLEAN");
        for (int outage = 0; outage < 30; outage++) {
            listBecame(900 - 20 * outage, "all lists", "OK", "UNKNOWN");
            listBecame(895 - 20 * outage - outage % 5, "all lists", "UNKNOWN", "OK");
        }
        var strip = strips(State.ACTIVE, true, clean("psbl")).getLast();
        assertThat(strip)
                .startsWith("psbl: CLEAN, LISTED 1000, CLEAN 999, unknown ")
                .endsWith(", CLEAN 311");
        assertThat(strip.split(", ")).hasSizeLessThanOrEqualTo(Strip.MOST).hasSizeGreaterThan(Strip.MOST - 2);
    }
}
