package io.mailvane.outbound;

import io.mailvane.mail.ReversePath;
import io.mailvane.route.MailClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How much waiting a message bears, by its own word: what has a null reverse-path tells somebody that something went wrong, and
 * {@code Precedence: bulk}, {@code list} or {@code junk} (RFC 2076 section 3.9) says that it was sent to many.
 */
final class Precedence {
    private static final int MOST = 64 << 10;
    /** More than most header sections have. */
    private static final int FIRST = 2 << 10;

    private static final Set<String> OF_BULK = Set.of("bulk", "list", "junk");
    private static final String NAME = "precedence";
    private static final Pattern FIELD = Pattern.compile(NAME + "[ \\t]*:", Pattern.CASE_INSENSITIVE);
    private static final String CRLF = "\r\n";

    private Precedence() {}

    /** Without a look at the content. */
    static MailClass of(ReversePath reversePath) {
        return reversePath.mailbox().isEmpty() ? MailClass.URGENT : MailClass.NORMAL;
    }

    /**
     * Of a message with a sender.
     *
     * @param content from its beginning; it is not closed
     */
    static MailClass of(InputStream content) throws IOException {
        var begin = headerSection(content);
        int line = 0;
        while (line < begin.length() && !begin.startsWith(CRLF, line)) {
            int end = end(begin, line);
            if (begin.regionMatches(true, line, NAME, 0, NAME.length()) && isOfBulk(begin.substring(line, end))) {
                return MailClass.BULK;
            }
            line = end + CRLF.length();
        }
        return MailClass.NORMAL;
    }

    /** Whole, if it has no more than {@link #MOST} octets; something of what follows it may come along. */
    private static String headerSection(InputStream content) throws IOException {
        var octets = new byte[FIRST];
        int length = 0;
        while (true) {
            length += content.readNBytes(octets, length, octets.length - length);
            var text = new String(octets, 0, length, StandardCharsets.ISO_8859_1);
            if (length < octets.length || length >= MOST || text.contains(CRLF + CRLF)) {
                return text;
            }
            octets = Arrays.copyOf(octets, 2 * length);
        }
    }

    /** Of a field of the header section, with the lines that are folded into it (RFC 5322 section 2.2.3). */
    private static int end(String text, int field) {
        int end = text.indexOf(CRLF, field);
        while (end >= 0 && (text.startsWith(" ", end + CRLF.length()) || text.startsWith("\t", end + CRLF.length()))) {
            end = text.indexOf(CRLF, end + CRLF.length());
        }
        return end < 0 ? text.length() : end;
    }

    private static boolean isOfBulk(String field) {
        var matcher = FIELD.matcher(field);
        return matcher.lookingAt()
                && OF_BULK.contains(
                        withoutComments(field.substring(matcher.end()).replace(CRLF, ""))
                                .strip()
                                .toLowerCase(Locale.ROOT));
    }

    /** Comments nest, and a backslash quotes what ends one (RFC 5322 section 3.2.2). */
    private static String withoutComments(String value) {
        var kept = new StringBuilder();
        int depth = 0;
        for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c == '(') {
                depth++;
            } else if (c == ')' && depth > 0) {
                depth--;
            } else if (depth == 0) {
                kept.append(c);
            } else if (c == '\\') {
                at++;
            }
        }
        return kept.toString();
    }
}
