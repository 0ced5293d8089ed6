package io.mailvane.mail;

import java.util.List;
import java.util.Optional;

/**
 * What MAIL and RCPT said of one message.
 *
 * @param recipients in the order of acceptance, at least one; a recipient's place in this list is its index everywhere
 * @param smtpUtf8 the client said SMTPUTF8 (RFC 6531): the next hop must offer it too
 * @param ret what a failed DSN returns (RFC 3461 section 4.3); empty: nothing was said
 * @param envelopeId ENVID decoded (RFC 3461 section 4.4)
 */
public record Envelope(
        ReversePath reversePath,
        List<Recipient> recipients,
        Body body,
        boolean smtpUtf8,
        Optional<Return> ret,
        Optional<String> envelopeId) {
    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("an envelope has at least one recipient");
        }
    }

    /** An envelope of plain 7-bit mail without DSN parameters. */
    public static Envelope of(ReversePath reversePath, List<Recipient> recipients) {
        return new Envelope(reversePath, recipients, Body.SEVEN_BIT, false, Optional.empty(), Optional.empty());
    }

    /** BODY (RFC 6152). */
    public enum Body {
        SEVEN_BIT,
        EIGHT_BIT_MIME
    }

    /** RET (RFC 3461 section 4.3). */
    public enum Return {
        FULL,
        HEADERS
    }
}
