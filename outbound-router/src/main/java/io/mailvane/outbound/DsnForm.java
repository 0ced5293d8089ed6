package io.mailvane.outbound;

import io.mailvane.mail.MailHost;
import io.mailvane.mail.Mailbox;

/** What octets a DSN may hold. It must arrive at whatever the message came from, so only what every system on its way takes. */
enum DsnForm {
    SEVEN_BIT,
    /** To a local part that no system without SMTPUTF8 takes: every system that does takes 8-bit content too (RFC 6531 section 3.1). */
    UTF_8;

    /** RFC 2045 sections 2.7 and 2.8, without the line end. */
    private static final int LONGEST_LINE = 998;

    static DsnForm to(Mailbox recipient) {
        return isAscii(recipient.localPart()) ? SEVEN_BIT : UTF_8;
    }

    /** The recipient, as it can be said in this form: a domain alone as A-labels. */
    String say(Mailbox recipient) {
        boolean asIs = this == UTF_8 || !(recipient.domain() instanceof MailHost.Domain) || recipient.isAscii();
        return asIs
                ? recipient.toString()
                : recipient.localPartText() + "@" + recipient.domain().key();
    }

    /** Whether this can stand in it without an encoding. */
    boolean takes(byte[] octets) {
        return (this == UTF_8 || isSevenBit(octets)) && hasShortLines(octets);
    }

    static boolean isSevenBit(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static boolean hasShortLines(byte[] octets) {
        int length = 0;
        for (byte octet : octets) {
            if (octet == '\n') {
                length = 0;
            } else if (octet != '\r' && ++length > LONGEST_LINE) {
                return false;
            }
        }
        return true;
    }
}
