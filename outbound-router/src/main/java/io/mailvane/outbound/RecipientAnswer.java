package io.mailvane.outbound;

import io.mailvane.mail.SmtpReply;

/** What the host that a relay domain's mail goes to says of a recipient. */
public sealed interface RecipientAnswer {
    /** It would take mail for it. */
    record Known() implements RecipientAnswer {}

    /**
     * It would not, ever.
     *
     * @param reply of class 5
     */
    record Unknown(SmtpReply reply) implements RecipientAnswer {}

    /**
     * It cannot be told now.
     *
     * @param reply of class 4
     */
    record Unsure(SmtpReply reply) implements RecipientAnswer {}
}
