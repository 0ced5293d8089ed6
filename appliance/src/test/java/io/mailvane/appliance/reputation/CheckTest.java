package io.mailvane.appliance.reputation;

import static io.mailvane.appliance.reputation.Check.CLEAN;
import static io.mailvane.appliance.reputation.Check.LISTED;
import static io.mailvane.appliance.reputation.Check.UNKNOWN;
import static io.mailvane.appliance.reputation.Check.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Remedy;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.ResolverMode;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CheckTest {
    static CellView cell(CellState state, Overlay overlay) {
        return cell(state, overlay, state == CellState.LISTED);
    }

    private static CellView cell(CellState state, Overlay overlay, boolean counts) {
        return new CellView(
                "203.0.113.11",
                "test",
                state,
                overlay,
                counts,
                new Reputation.Claim(List.of(), "", 0, Remedy.WAIT, "", ""),
                new Reputation.Times(
                        Instant.EPOCH,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                new Reputation.Asked("-", ResolverMode.DIRECT, Duration.ZERO, Optional.empty(), "", Optional.empty()),
                0,
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }

    /** An address that every list calls clean may be out all the same: receivers see another one, or its names are wrong. */
    @Test
    void warnsOfAnAddressThatIsOutThoughNoListNamesIt() {
        var clean = List.of(cell(CellState.CLEAN, Overlay.NONE));
        assertThat(State.values())
                .filteredOn(state -> Check.of(state, clean) == WARNING)
                .containsExactly(State.ADMISSION, State.DEGRADED, State.QUARANTINED, State.LAST_RESORT);
        assertThat(State.values())
                .filteredOn(state -> Check.of(state, clean) == CLEAN)
                .containsExactly(
                        State.NEW,
                        State.WARMING,
                        State.ACTIVE,
                        State.RECOVERING,
                        State.DRAINING,
                        State.DISABLED,
                        State.RETIRED);
    }

    @Test
    void leavesTheListsTheirSay() {
        assertThat(Check.of(State.QUARANTINED, List.of(cell(CellState.LISTED, Overlay.NONE))))
                .isEqualTo(LISTED);
        assertThat(Check.of(State.ACTIVE, List.of(cell(CellState.LISTED, Overlay.MUTED))))
                .isEqualTo(CLEAN);
        assertThat(Check.of(State.ACTIVE, List.of(cell(CellState.SUSPECT, Overlay.NONE))))
                .isEqualTo(WARNING);
        assertThat(Check.of(State.QUARANTINED, List.of(cell(CellState.CLEAN, Overlay.UNKNOWN))))
                .isEqualTo(UNKNOWN);
        assertThat(Check.of(State.ACTIVE, List.of())).isEqualTo(UNKNOWN);
    }

    /** Lists have codes that nobody refuses mail by beside those that many do. */
    @Test
    void isNotListedForWhatDoesNotCount() {
        assertThat(Check.of(State.ACTIVE, List.of(cell(CellState.LISTED, Overlay.NONE, false))))
                .isEqualTo(CLEAN);
    }
}
