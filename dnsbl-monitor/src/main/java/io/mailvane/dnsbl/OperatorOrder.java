package io.mailvane.dnsbl;

import io.mailvane.mail.SourceStanding.State;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What an operator wants done with a source address.
 *
 * @param reason "" if none was said
 * @param until when the address comes back by itself; empty: when somebody enables it
 */
public record OperatorOrder(Operation operation, String who, String reason, Optional<Instant> until) {
    /** Who gives no name. */
    public static final String SOMEBODY = "an operator";

    public OperatorOrder {
        who = Text.clean(who, Mute.MAX_TEXT);
        who = who.isEmpty() ? SOMEBODY : who;
        reason = Text.clean(reason, Mute.MAX_TEXT);
        until = until.map(at -> at.truncatedTo(ChronoUnit.MILLIS));
        boolean hasEnd = operation == Operation.DRAIN || operation == Operation.DISABLE;
        if (until.isPresent() && !hasEnd) {
            throw new IllegalArgumentException(
                    operation == Operation.RETIRE ? "what is retired is so for good" : "what is enabled has no end");
        }
    }

    /** Whether an address in that state is as this wants it, by a word that said the same; without a reason, for whatever reason. */
    boolean isSaid(State state, Optional<Withdrawal> before) {
        return state == operation.target(state)
                && before.filter(word -> (reason.isEmpty() || word.reason().equals(reason))
                                && word.until().equals(until))
                        .isPresent();
    }

    /** For the history. */
    String words() {
        return by(who) + (reason.isEmpty() ? "" : ": " + reason);
    }

    static String by(String who) {
        return "by the operator" + (who.equals(SOMEBODY) ? "" : " (" + who + ")");
    }
}
