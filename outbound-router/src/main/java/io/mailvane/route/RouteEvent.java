package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * Something changed that decides by which way mail leaves, and why: for the history.
 *
 * @param address of ours, if this is about one whatever its route is called by now
 * @param what one sentence
 * @param reply that caused it, as the receiver wrote it: hostile text, bounded
 */
public record RouteEvent(
        Instant at,
        Kind kind,
        Route route,
        Optional<InetAddress> address,
        Optional<ProviderId> provider,
        String what,
        Optional<String> reply) {
    /** What changed. */
    public enum Kind {
        /** A receiver refused an address of ours. */
        BLOCK_REPLY,
        LANE,
        /** A receiver is given more, or less, a day of an address that it does not know yet. */
        WARM_UP,
        /** One of the big receivers knows an address: it is new no more. */
        WARMED_UP,
        BREAKER,
        /** A smarthost greets slowly, and has half its weight, or does not any more. */
        GREETING,
        QUOTA,
        /** A smarthost does not take a sender. */
        SENDER_REFUSED,
        /** A smarthost refuses our credentials: the operator must act. */
        CREDENTIALS_REFUSED,
        /** A receiver finds fault with an address's names: the operator must act. */
        ADDRESS_CONFIG,
        /** A receiver finds that mail does not prove the sender's domain (SPF, DKIM, DMARC): whoever has the domain must act. */
        SENDER_UNPROVEN,
        /** A receiver quotes an address of ours that is not the one we believe to have used. */
        ADDRESS_MISMATCH,
        /** One that did within the day quotes the right one, or sees us there. */
        ADDRESS_MATCHED,
        /** Several receivers see a source at another address than the one we believe to use: it is not ours any more. */
        ADDRESS_CHANGED,
        /** What a former process told as {@link #ADDRESS_CHANGED} still holds: for those who have begun anew, and no news. */
        ADDRESS_STILL_CHANGED,
        /** After that, one sees the one that we believe to use, or none has seen another for long. */
        ADDRESS_CONFIRMED
    }
}
