package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is told of addresses when nothing new is known of them: to pages, to REST and so to commands alike. */
class LastKnownTest {
    private static final Instant NOW = SteppedClock.START;

    private static PairReputation pair(boolean up, Instant now) {
        var sample = SampleReputation.full("zone-a", NOW);
        var desk = new ReputationDesk(sample, () -> RoutingAnswer.NONE, () -> NOW);
        var part = new NodePart("zone-a", up, Optional.of(NOW), now, Optional.of(desk.answer()), "");
        return new PairReputation(now, List.of(part));
    }

    /** Each address as {@code state check known}. */
    private static List<String> told(boolean up, Instant now) {
        return pair(up, now).addresses().stream()
                .map(address -> address.state() + " " + address.saying().check() + " "
                        + address.saying().known())
                .toList();
    }

    @Test
    void isToldAsItIsWhileItIsKnown() {
        assertThat(told(true, NOW))
                .containsExactly("QUARANTINED listed true", "RECOVERING listed true", "ACTIVE clean true");
    }

    /** A list may name it still. */
    @Test
    void isNoAllClearWhereTheMonitorLearnsNothingAnyMore() {
        assertThat(told(true, NOW.plus(Duration.ofHours(3))))
                .containsExactly("QUARANTINED listed false", "RECOVERING listed false", "ACTIVE unknown false");
    }

    /** The first address on some lists. */
    private static List<String> cells(PairReputation pair) {
        return Stream.of("spamhaus-zen", "psbl", "abusix", "blocklistde")
                .flatMap(list -> pair.cell("203.0.113.11", list).stream())
                .map(cell -> cell.state() + " " + cell.overlay() + " "
                        + cell.controls().pos())
                .toList();
    }

    private static List<String> lists(PairReputation pair) {
        return pair.lists().stream()
                .map(list -> list.state() + " " + list.controls().pos())
                .distinct()
                .toList();
    }

    @Test
    void isSoOfCellsAndListsToo() {
        var now = pair(true, NOW);
        assertThat(cells(now))
                .containsExactly("LISTED none ok", "SUSPECT none ok", "LISTED refused ok", "CLEAN none ok");
        assertThat(lists(now)).contains("OK ok", "REFUSED ok", "BLIND not listed");
        for (var later : List.of(pair(false, NOW), pair(true, NOW.plus(Duration.ofHours(3))))) {
            assertThat(cells(later))
                    .containsExactly(
                            "LISTED unknown stale",
                            "SUSPECT unknown stale",
                            "LISTED refused stale",
                            "CLEAN unknown stale");
            assertThat(lists(later))
                    .containsExactlyInAnyOrder(
                            "UNKNOWN stale",
                            "REFUSED stale",
                            "BLIND not listed",
                            "LIST_BROKEN stale",
                            "LIST_DEAD stale");
            assertThat(words(later)).containsExactly("unknown, was LISTED", "unknown, was SUSPECT", "unknown");
        }
    }

    private static List<String> words(PairReputation pair) {
        var matrix = Matrix.of(pair, false);
        return Stream.of("spamhaus-zen", "psbl", "blocklistde")
                .map(list -> matrix.row(list).entry("203.0.113.11").words())
                .toList();
    }

    /** What it told an hour ahead or behind is as old as it says by its own clock. */
    @Test
    void isReadByTheClockOfTheNodeThatToldIt() {
        for (var ahead : List.of(Duration.ofHours(5), Duration.ofHours(-5), Duration.ZERO)) {
            var now = NOW.minus(ahead);
            assertThat(read(now, NOW)).isEqualTo("bad " + now.minusSeconds(40) + " in 4 min");
            assertThat(read(now, NOW.plus(Duration.ofHours(3))))
                    .startsWith("stale ")
                    .endsWith(" 2 h 56 min ago");
        }
    }

    /** The tone, when an answer last counted by our clock, and the next check as a card shows it. */
    private static String read(Instant now, Instant clock) {
        var sample = SampleReputation.full("zone-b", NOW);
        var desk = new ReputationDesk(sample, () -> RoutingAnswer.NONE, () -> NOW);
        var part = new NodePart("zone-b", true, Optional.of(now), clock, Optional.of(desk.answer()), "http://b");
        var pair = new PairReputation(now, List.of(part));
        var next = pair.addresses().getFirst().nextCheck().orElseThrow();
        return pair.tone() + " " + pair.verifiedAt().orElseThrow() + " "
                + new Moment(next, pair.nowOf("zone-b")).distance();
    }

    @Test
    void isNothingWhereTheNodeIsGone() {
        assertThat(told(false, NOW))
                .containsExactly("QUARANTINED unknown false", "RECOVERING unknown false", "ACTIVE unknown false");
    }
}
