package io.mailvane.reply;

import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;

/**
 * A reply with what is needed to understand it.
 *
 * @param host name of the host that said it: the MX host, never the recipient's domain
 */
public record HeardReply(SmtpReply reply, String host, NextHop nextHop, ReplyPhase phase, ReversePath reversePath) {
    /** Who said it. */
    public enum NextHop {
        /** The recipient's own MTA. */
        MX,
        /** A smarthost, for itself or for the recipient's MTA. */
        SMARTHOST
    }
}
