package io.mailvane.mail;

import java.util.Locale;

/**
 * A mailbox: local part and domain (RFC 5321 section 4.1.2).
 *
 * <p>{@code localPart} is its meaning, without quotes and quoted pairs: {@code "joe"@x} and {@code joe@x} are equal.
 * {@link #toString} quotes again where it must. Local parts are compared with their case, domains without.
 */
public record Mailbox(String localPart, MailHost domain) {
    private static final String ATEXT = "!#$%&'*+-/=?^_`{|}~";

    /**
     * Reads {@code local@domain}, without angle brackets; non-ASCII is taken.
     *
     * @throws PathSyntaxException if it is anything else
     */
    public static Mailbox parse(String text) {
        return PathParser.mailbox(text);
    }

    static boolean isAtext(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c >= 0x80
                || ATEXT.indexOf(c) >= 0;
    }

    private boolean isDotString() {
        boolean inAtom = false;
        for (int i = 0; i < localPart.length(); i++) {
            char c = localPart.charAt(i);
            if (c == '.' ? !inAtom : !isAtext(c)) {
                return false;
            }
            inAtom = c != '.';
        }
        return inAtom;
    }

    /** The local part as it must be written in a path. */
    public String localPartText() {
        return isDotString() ? localPart : '"' + localPart.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Whether it can be said without SMTPUTF8; a domain alone can, as A-labels. */
    public boolean isAscii() {
        return (localPart + domain.text()).chars().allMatch(c -> c < 0x80);
    }

    /** For finding it in a list that people write: the local part without case, the domain by its {@link MailHost#key}. */
    public String key() {
        return localPart.toLowerCase(Locale.ROOT) + "@" + domain.key();
    }

    @Override
    public String toString() {
        return localPartText() + "@" + domain.text();
    }
}
