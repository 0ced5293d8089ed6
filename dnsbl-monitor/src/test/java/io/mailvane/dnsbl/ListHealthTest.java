package io.mailvane.dnsbl;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.ListHealth.Round;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the tests of a list make of it, test by test. */
class ListHealthTest {
    private static final Duration STALE = Duration.ofMinutes(45);
    private static final Duration DEAD = Duration.ofHours(24);
    private static final Round EMPTIED = round(Control.Result.WRONG);
    private static final Round FINE = round(Control.Result.OK);

    private ListHealth health = ListHealth.of(Lists.shipped("psbl").testPoints());
    private int minute;

    private static Round round(Control.Result positive) {
        return new Round(
                Map.of(
                        ControlKind.POSITIVE, positive,
                        ControlKind.NEGATIVE, Control.Result.OK,
                        ControlKind.RANDOM, Control.Result.OK),
                Overlay.NONE,
                "");
    }

    private static Round silent(Overlay overlay) {
        return new Round(Map.of(), overlay, "of this test");
    }

    /** The list's state, and what its cells are hindered by, after one more round. */
    private String after(Round round) {
        var now = Cells.minute(minute++);
        health = health.after(round, now, STALE);
        return health.state(now, STALE, DEAD) + " " + health.hindrance(now, STALE, DEAD);
    }

    /** Another alarm with another cure; its cells stay hindered by what was seen last. */
    @Test
    void anEmptiedListThatAnswersNoMoreIsNotCalledBlind() {
        assertThat(after(EMPTIED)).isEqualTo("BLIND blind");
        assertThat(after(silent(Overlay.REFUSED))).isEqualTo("REFUSED blind");
        assertThat(after(silent(Overlay.UNKNOWN))).isEqualTo("UNKNOWN blind");
        assertThat(after(EMPTIED)).isEqualTo("BLIND blind");
        assertThat(after(FINE)).isEqualTo("OK none");
    }

    /** A start in the midst of an outage may see one entry before the other. */
    @Test
    void aListOfWhichNotEveryTestEntryWasSeenYetIsNotKnown() {
        var first = Map.of(ControlKind.NEGATIVE, Control.Result.OK, ControlKind.RANDOM, Control.Result.OK);
        assertThat(after(silent(Overlay.UNKNOWN))).isEqualTo("UNKNOWN unknown");
        assertThat(after(new Round(first, Overlay.NONE, ""))).isEqualTo("UNKNOWN unknown");
        assertThat(health.isFresh(Cells.minute(minute), STALE)).isFalse();
        assertThat(after(FINE)).isEqualTo("OK none");
    }

    /** Who refuses us is there, and who lists everybody is worse than dead: both are told as what they are, however long. */
    @Test
    void aListIsDeadAfterADayInWhichItTellsNothing() {
        var later = Cells.minute(25 * 60);
        assertThat(stateAfterADay(silent(Overlay.UNKNOWN), later)).isEqualTo("LIST_DEAD dead");
        assertThat(stateAfterADay(EMPTIED, later)).isEqualTo("LIST_DEAD dead");
        assertThat(stateAfterADay(silent(Overlay.REFUSED), later)).isEqualTo("REFUSED blind");
        var wild = new Round(Map.of(ControlKind.RANDOM, Control.Result.WRONG), Overlay.NONE, "");
        assertThat(stateAfterADay(wild, later)).isEqualTo("LIST_BROKEN broken");
    }

    private static String stateAfterADay(Round round, Moment later) {
        var health = ListHealth.of(Lists.shipped("psbl").testPoints())
                .after(FINE, Cells.minute(0), STALE)
                .after(round, Cells.minute(1), STALE)
                .after(round, later, STALE);
        return health.state(later, STALE, DEAD) + " " + health.hindrance(later, STALE, DEAD);
    }

    @Test
    void noTestEntryMayHaveBeenSeenTooLongAgo() {
        for (var kind : ControlKind.values()) {
            var others = new EnumMap<>(FINE.seen());
            others.remove(kind);
            var old = ListHealth.of(Lists.shipped("psbl").testPoints())
                    .after(FINE, Cells.minute(0), STALE)
                    .after(new Round(others, Overlay.NONE, ""), Cells.minute(40), STALE);

            assertThat(old.hindrance(Cells.minute(45), STALE, DEAD)).isEqualTo(Overlay.NONE);
            assertThat(old.hindrance(Cells.minute(46), STALE, DEAD))
                    .as(kind.name())
                    .isEqualTo(Overlay.BLIND);
        }
    }
}
