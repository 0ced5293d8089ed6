package io.mailvane.reply;

/** What a refusal or deferral is about. */
public enum ReplyClass {
    /** Our address is refused. */
    IP_BLOCK,
    /** Our address sends too fast, or is trusted too little for now. */
    IP_RATE,
    /** Our address has no PTR, or its names do not agree: waiting cures nothing. */
    IP_CONFIG,
    /** The sender's domain, or a URL in the content, has a bad name. */
    DOMAIN_REP,
    /** SPF, DKIM or DMARC. */
    AUTH,
    SENDER_INVALID,
    RCPT_UNKNOWN,
    RCPT_DISABLED,
    MAILBOX_FULL,
    /** Too much at once, whoever sends it. */
    RATE,
    /** Come again later, from the same address. */
    GREYLIST,
    SERVER_TEMP,
    TOO_BIG,
    CONTENT,
    POLICY,
    RELAY_DENIED,
    TLS_REQUIRED,
    /** The smarthost has taken what it takes in a day. */
    SMARTHOST_QUOTA,
    /** The smarthost wants less at once. */
    SMARTHOST_RATE,
    /** The smarthost does not take this sender's mail. */
    SMARTHOST_CONFIG,
    /** The smarthost does not take our credentials. */
    SMARTHOST_AUTH,
    /** Nothing is recognised in it. */
    UNRECOGNISED;

    /** Whether the same message may be welcome from another address of ours. */
    public boolean isAboutOurAddress() {
        return switch (this) {
            case IP_BLOCK, IP_RATE, IP_CONFIG -> true;
            case DOMAIN_REP,
                    AUTH,
                    SENDER_INVALID,
                    RCPT_UNKNOWN,
                    RCPT_DISABLED,
                    MAILBOX_FULL,
                    RATE,
                    GREYLIST,
                    SERVER_TEMP,
                    TOO_BIG,
                    CONTENT,
                    POLICY,
                    RELAY_DENIED,
                    TLS_REQUIRED,
                    SMARTHOST_QUOTA,
                    SMARTHOST_RATE,
                    SMARTHOST_CONFIG,
                    SMARTHOST_AUTH,
                    UNRECOGNISED -> false;
        };
    }

    /** Whether it is the smarthost's own affair, and says nothing about the recipient. */
    public boolean isAboutTheSmarthost() {
        return switch (this) {
            case SMARTHOST_QUOTA, SMARTHOST_RATE, SMARTHOST_CONFIG, SMARTHOST_AUTH -> true;
            case IP_BLOCK,
                    IP_RATE,
                    IP_CONFIG,
                    DOMAIN_REP,
                    AUTH,
                    SENDER_INVALID,
                    RCPT_UNKNOWN,
                    RCPT_DISABLED,
                    MAILBOX_FULL,
                    RATE,
                    GREYLIST,
                    SERVER_TEMP,
                    TOO_BIG,
                    CONTENT,
                    POLICY,
                    RELAY_DENIED,
                    TLS_REQUIRED,
                    UNRECOGNISED -> false;
        };
    }
}
