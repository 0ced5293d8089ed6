package io.mailvane.mail;

import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;

/** What stands right of the {@code @}: a domain name or an address literal. */
public sealed interface MailHost {
    /** As it is written in a path, in the case it came in. */
    String text();

    /** For comparing and as a map key: lower case, A-labels. */
    String key();

    /**
     * A domain name, checked by {@link PathParser}: labels of letters, digits and hyphens, or U-labels (RFC 6531).
     *
     * <p>The text keeps its case; two that differ in case alone are equal.
     */
    record Domain(String text, String key) implements MailHost {
        private static final int MAX_OCTETS = 255;
        private static final String NONE = "the domain has no A-label form";

        /**
         * Sharp s (also the capital one), final sigma and the joiners: the deviations of UTS 46 section 2.3. IDNA 2003, which the
         * JDK knows, makes another domain of each than IDNA 2008 does ({@code straße} is {@code strasse}, or
         * {@code xn--strae-oqa}), and the two may belong to different people. So no guess is made.
         */
        private static final String TWO_MEANINGS = "\u00DF\u1E9E\u03C2\u200C\u200D";

        /**
         * @throws IllegalArgumentException if a U-label has no A-label of its own: one that is mapped to nothing, to several
         *     labels, to characters that no domain has, or to different labels by different standards; the message says which
         */
        public static Domain of(String text) {
            return new Domain(text, toKey(text));
        }

        private static String toKey(String text) {
            boolean ascii = text.chars().allMatch(c -> c < 0x80);
            return (ascii ? text : aLabels(text)).toLowerCase(Locale.ROOT);
        }

        /** The JDK reads more characters than the full stop as the end of a label; to SMTP they are part of one. */
        private static String aLabels(String text) {
            if (text.chars().anyMatch(c -> TWO_MEANINGS.indexOf(c) >= 0)) {
                throw new IllegalArgumentException(
                        "the domain has a letter of two meanings (sharp s, final sigma, a joiner): say its A-labels, xn--...");
            }
            var aLabels = toAscii(text);
            if (aLabels.length() > MAX_OCTETS || dots(aLabels) != dots(text)) {
                throw new IllegalArgumentException(NONE);
            }
            return aLabels;
        }

        private static String toAscii(String text) {
            try {
                return IDN.toASCII(text, IDN.ALLOW_UNASSIGNED | IDN.USE_STD3_ASCII_RULES);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(NONE, e);
            }
        }

        private static long dots(String text) {
            return text.chars().filter(c -> c == '.').count();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Domain that && key.equals(that.key);
        }

        @Override
        public int hashCode() {
            return key.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** An address literal (RFC 5321 section 4.1.3): the address is the meaning, the text is how it was written. */
    record AddressLiteral(String text, InetAddress address) implements MailHost {
        @Override
        public String key() {
            return "[" + address.getHostAddress() + "]";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof AddressLiteral that && address.equals(that.address);
        }

        @Override
        public int hashCode() {
            return address.hashCode();
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
