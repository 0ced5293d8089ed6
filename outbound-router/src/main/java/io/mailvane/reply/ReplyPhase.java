package io.mailvane.reply;

/** What of a session a reply answers. */
public enum ReplyPhase {
    GREETING,
    EHLO,
    STARTTLS,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    END_OF_DATA;

    /** Whether nothing of the message had been said: what is refused can only be us. */
    public boolean isBeforeMail() {
        return compareTo(MAIL) < 0;
    }

    /**
     * Whether a server that refuses at this point is likely to mean that: before MAIL it knows our address alone, at MAIL
     * also the sender, after DATA it has looked at the content.
     */
    boolean fits(ReplyClass replyClass) {
        return switch (replyClass) {
            case IP_BLOCK, IP_RATE, IP_CONFIG -> compareTo(DATA) < 0;
            case RCPT_UNKNOWN, RCPT_DISABLED, MAILBOX_FULL, CONTENT -> compareTo(RCPT) >= 0;
            case DOMAIN_REP, AUTH, SENDER_INVALID, TOO_BIG, POLICY, RELAY_DENIED -> !isBeforeMail();
            case RATE,
                    GREYLIST,
                    SERVER_TEMP,
                    TLS_REQUIRED,
                    SMARTHOST_QUOTA,
                    SMARTHOST_RATE,
                    SMARTHOST_CONFIG,
                    SMARTHOST_AUTH,
                    UNRECOGNISED -> true;
        };
    }
}
