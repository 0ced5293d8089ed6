package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;
import java.util.Optional;

/**
 * Something changed that decides by which way mail leaves, and why: for the history.
 *
 * @param what one sentence
 * @param reply that caused it, as the receiver wrote it: hostile text, bounded
 */
public record RouteEvent(
        Instant at, Kind kind, Route route, Optional<ProviderId> provider, String what, Optional<String> reply) {
    /** What changed. */
    public enum Kind {
        /** A receiver refused an address of ours. */
        BLOCK_REPLY,
        LANE,
        BREAKER,
        QUOTA,
        /** A smarthost does not take a sender. */
        SENDER_REFUSED,
        /** A smarthost refuses our credentials: the operator must act. */
        CREDENTIALS_REFUSED,
        /** A receiver finds fault with an address's names: the operator must act. */
        ADDRESS_CONFIG,
        /** A receiver quotes an address of ours that is not the one we believe to have used. */
        ADDRESS_MISMATCH
    }
}
