package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of one test point. A question without an answer changes nothing: what was seen grows stale.
 *
 * @param at when it was last seen; empty: never
 */
record Control(Result result, Optional<Moment> at) {
    enum Result {
        OK,
        /** The opposite of what must be. */
        WRONG,
        /** The list has no such entry. */
        ABSENT
    }

    static final Control NEVER = new Control(Result.OK, Optional.empty());
    static final Control ABSENT = new Control(Result.ABSENT, Optional.empty());

    boolean isStale(Moment now, Duration staleAfter) {
        return result != Result.ABSENT
                && at.map(seen -> now.since(seen).compareTo(staleAfter) > 0).orElse(true);
    }

    /** Never yet, of an entry that the list has. */
    boolean isUnseen() {
        return result != Result.ABSENT && at.isEmpty();
    }

    boolean isWrong() {
        return result == Result.WRONG;
    }

    /** As pages and REST say it. */
    String text(ControlKind kind, Moment now, Duration staleAfter) {
        if (result == Result.ABSENT) {
            return "none";
        }
        if (at.isEmpty()) {
            return "never";
        }
        if (isWrong()) {
            return kind == ControlKind.POSITIVE ? "not listed" : "listed";
        }
        return isStale(now, staleAfter) ? "stale" : "ok";
    }
}
