package io.mailvane.reply;

/** What a refusal or deferral is about: the table of classes, each with what it means for the choice of a route. */
public enum ReplyClass {
    /** Our address is refused. */
    IP_BLOCK(Bearing.ADDRESS_REFUSED),
    /** Our address sends too fast, or is trusted too little for now. */
    IP_RATE(Bearing.ADDRESS_SLOWED),
    /** Our address has no PTR, or its names do not agree: waiting cures nothing. */
    IP_CONFIG(Bearing.ADDRESS_FAULTY),
    /** The sender's domain, or a URL in the content, has a bad name. */
    DOMAIN_REP(Bearing.MESSAGE),
    /** SPF, DKIM or DMARC. */
    AUTH(Bearing.MESSAGE),
    SENDER_INVALID(Bearing.MESSAGE),
    RCPT_UNKNOWN(Bearing.MESSAGE),
    RCPT_DISABLED(Bearing.MESSAGE),
    MAILBOX_FULL(Bearing.MESSAGE),
    /** Too much at once, whoever sends it. */
    RATE(Bearing.MESSAGE),
    /** Come again later, from the same address. */
    GREYLIST(Bearing.SAME_WAY),
    SERVER_TEMP(Bearing.MESSAGE),
    TOO_BIG(Bearing.MESSAGE),
    CONTENT(Bearing.MESSAGE),
    POLICY(Bearing.MESSAGE),
    RELAY_DENIED(Bearing.MESSAGE),
    TLS_REQUIRED(Bearing.MESSAGE),
    /** The smarthost has taken what it takes in a day. */
    SMARTHOST_QUOTA(Bearing.RELAY_USED_UP),
    /** The smarthost wants less at once. */
    SMARTHOST_RATE(Bearing.RELAY_SLOWED),
    /** The smarthost does not take this sender's mail. */
    SMARTHOST_CONFIG(Bearing.RELAY_REFUSES_SENDER),
    /** The smarthost does not take our credentials. */
    SMARTHOST_AUTH(Bearing.RELAY_REFUSES_US),
    /** Nothing is recognised in it. */
    UNRECOGNISED(Bearing.MESSAGE);

    private final Bearing bearing;

    ReplyClass(Bearing bearing) {
        this.bearing = bearing;
    }

    public Bearing bearing() {
        return bearing;
    }

    /** What a reply means for the ways out. Whoever acts on a reply goes by this alone. */
    public enum Bearing {
        /** The message or its recipient, or the receiver itself: no way is better than another. */
        MESSAGE,
        /** The message is expected again, by the same way. */
        SAME_WAY,
        /** The address it came from, at this provider: another may be welcome. */
        ADDRESS_REFUSED,
        /** As refused, and only the operator cures it. */
        ADDRESS_FAULTY,
        /** The address it came from: less of it would be welcome. */
        ADDRESS_SLOWED,
        RELAY_USED_UP,
        RELAY_SLOWED,
        RELAY_REFUSES_SENDER,
        RELAY_REFUSES_US;

        /** Whether the same message may be welcome from another address of ours. */
        public boolean isAboutOurAddress() {
            return this == ADDRESS_REFUSED || this == ADDRESS_FAULTY || this == ADDRESS_SLOWED;
        }

        /** Whether our address is refused, not only slowed. */
        public boolean isRefusalOfOurAddress() {
            return this == ADDRESS_REFUSED || this == ADDRESS_FAULTY;
        }

        /** Whether it is the smarthost's own affair, and says nothing about the recipient. */
        public boolean isAboutTheSmarthost() {
            return compareTo(RELAY_USED_UP) >= 0;
        }
    }
}
