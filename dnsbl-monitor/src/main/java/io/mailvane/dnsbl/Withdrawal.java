package io.mailvane.dnsbl;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An operator's word that took a source address out: whatever lists say, it stays out until that ends.
 *
 * @param reason "" if none was said
 * @param since when it was first said
 * @param until when the address comes back by itself; empty: when somebody enables it
 */
public record Withdrawal(String who, String reason, Instant since, Optional<Instant> until) {
    static Withdrawal of(OperatorOrder order, Instant since) {
        return new Withdrawal(order.who(), order.reason(), since.truncatedTo(ChronoUnit.MILLIS), order.until());
    }

    /** As said anew of what is out already: it is out since then, and without a new reason for the same one. */
    Withdrawal saidAnew(Withdrawal anew) {
        return new Withdrawal(anew.who, anew.reason.isEmpty() ? reason : anew.reason, since, anew.until);
    }

    boolean isOver(Instant now) {
        return until.filter(end -> !now.isBefore(end)).isPresent();
    }

    String words() {
        return OperatorOrder.by(who)
                + (reason.isEmpty() ? "" : ": " + reason)
                + until.map(end -> ", until " + end.truncatedTo(ChronoUnit.SECONDS))
                        .orElse("");
    }
}
