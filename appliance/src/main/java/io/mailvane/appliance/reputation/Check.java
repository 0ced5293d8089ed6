package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonValue;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.mail.SourceStanding.State;
import java.util.List;
import java.util.Locale;

/** An address in one word, as monitoring programs want it. In order of their exit status. */
public enum Check {
    CLEAN,
    /** Suspected, or some list that counts does not tell, or on no list and yet not fit to send as it should. */
    WARNING,
    /** On a list that counts, muted or not verified lately as it may be no more. */
    LISTED,
    /** For the most part. */
    UNKNOWN;

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @param state of one address
     * @param cells of it, on lists that count
     */
    static Check of(State state, List<CellView> cells) {
        if (cells.stream().anyMatch(cell -> isListed(cell) && cell.counts() && cell.overlay() != Overlay.MUTED)) {
            return LISTED;
        }
        long known = cells.stream().filter(Check::isKnown).count();
        if (known * 2 < cells.size() || known == 0) {
            return UNKNOWN;
        }
        boolean suspected = cells.stream().anyMatch(cell -> cell.state() == CellState.SUSPECT);
        return suspected || known < cells.size() || !isWell(state) ? WARNING : CLEAN;
    }

    /** What takes an address out need be no list: its names, or that receivers see another one. */
    private static boolean isWell(State state) {
        return switch (state) {
            case NEW, ACTIVE, WARMING, RECOVERING, DRAINING, DISABLED, RETIRED -> true;
            case ADMISSION, DEGRADED, QUARANTINED, LAST_RESORT -> false;
        };
    }

    private static boolean isListed(CellView cell) {
        return cell.state() == CellState.LISTED || cell.state() == CellState.CLEARING;
    }

    private static boolean isKnown(CellView cell) {
        return cell.state() != CellState.NONE && (cell.overlay() == Overlay.NONE || cell.overlay() == Overlay.MUTED);
    }
}
