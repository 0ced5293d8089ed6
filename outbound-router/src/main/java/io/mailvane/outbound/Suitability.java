package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.SmtpReply;
import java.util.Optional;

/**
 * What a peer can never take, known from what it offered, before MAIL: too large (RFC 1870), internationalized (RFC 6531), 8-bit
 * (RFC 6152). Content is never converted here, so that no signature breaks: such mail fails.
 *
 * @param utf8 whether SMTPUTF8 is to be said
 * @param message the outcome of every recipient, if none can be taken
 */
record Suitability(SmtpCommands.Utf8 utf8, Optional<DeliveryOutcome> message) {
    private static final DeliveryOutcome NO_UTF8 =
            failed(Scope.MESSAGE, 550, "5.6.7", "the next hop does not take internationalized mail (SMTPUTF8)");
    private static final DeliveryOutcome NO_UTF8_RECIPIENT =
            failed(Scope.RECIPIENT, 550, "5.6.7", "the next hop does not take internationalized addresses (SMTPUTF8)");
    private static final DeliveryOutcome NO_8BIT = failed(
            Scope.MESSAGE, 554, "5.6.3", "the next hop takes no 8-bit content, and content is never converted here");

    static Suitability of(Capabilities offered, Delivery delivery) {
        if (delivery.size() > offered.maxSize()) {
            return refused(failed(
                    Scope.MESSAGE,
                    552,
                    "5.3.4",
                    "the next hop takes no message larger than " + offered.maxSize() + " octets"));
        }
        if (!offered.smtpUtf8() && needsUtf8(delivery)) {
            return refused(NO_UTF8);
        }
        boolean eightBit = delivery.envelope().body() == Envelope.Body.EIGHT_BIT_MIME;
        if (eightBit
                && !offered.eightBitMime()
                && ContentScan.of(delivery.content()).body()) {
            return refused(NO_8BIT);
        }
        boolean said = offered.smtpUtf8()
                && (delivery.envelope().smtpUtf8()
                        || hasUtf8Sender(delivery.envelope())
                        || delivery.recipients().stream().anyMatch(Suitability::hasUtf8));
        return new Suitability(said ? SmtpCommands.Utf8.NEEDED : SmtpCommands.Utf8.UNNEEDED, Optional.empty());
    }

    private static Suitability refused(DeliveryOutcome outcome) {
        return new Suitability(SmtpCommands.Utf8.UNNEEDED, Optional.of(outcome));
    }

    /** The outcome of one recipient that the peer cannot be asked for; a domain alone can be said as A-labels. */
    static Optional<DeliveryOutcome> ofRecipient(Capabilities offered, Recipient recipient) {
        return hasUtf8(recipient) && !offered.smtpUtf8() ? Optional.of(NO_UTF8_RECIPIENT) : Optional.empty();
    }

    /** Whoever the recipient is. What a client announced without need may go where it is not offered. */
    private static boolean needsUtf8(Delivery delivery) {
        var envelope = delivery.envelope();
        return hasUtf8Sender(envelope)
                || (envelope.smtpUtf8() && ContentScan.of(delivery.content()).header());
    }

    private static boolean hasUtf8Sender(Envelope envelope) {
        return envelope.reversePath().mailbox().stream().anyMatch(Suitability::hasUtf8);
    }

    private static boolean hasUtf8(Recipient recipient) {
        return hasUtf8(recipient.mailbox());
    }

    private static boolean hasUtf8(Mailbox mailbox) {
        return mailbox.localPart().chars().anyMatch(c -> c >= 0x80);
    }

    private static DeliveryOutcome failed(Scope scope, int code, String status, String text) {
        return new Failed(scope, SmtpReply.of(code, status, text));
    }
}
