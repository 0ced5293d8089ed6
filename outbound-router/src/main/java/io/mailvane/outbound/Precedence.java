package io.mailvane.outbound;

import io.mailvane.mail.ReversePath;
import io.mailvane.route.MailClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How much waiting a message bears, by its own word: what has a null reverse-path tells somebody that something went wrong, and
 * {@code Precedence: bulk}, {@code list} or {@code junk} (RFC 2076 section 3.9) says that it was sent to many.
 */
final class Precedence {
    private static final int MOST = 64 << 10;
    private static final Set<String> OF_BULK = Set.of("bulk", "list", "junk");
    private static final Pattern FIELD = Pattern.compile("precedence[ \\t]*:", Pattern.CASE_INSENSITIVE);
    private static final Pattern FOLD = Pattern.compile("\\n(?=[ \\t])");

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
        var begin = new String(content.readNBytes(MOST), StandardCharsets.ISO_8859_1);
        boolean isBulk = fields(begin)
                .filter(field -> FIELD.matcher(field).lookingAt())
                .map(field -> withoutComments(field.substring(field.indexOf(':') + 1)))
                .anyMatch(value -> OF_BULK.contains(value.strip().toLowerCase(Locale.ROOT)));
        return isBulk ? MailClass.BULK : MailClass.NORMAL;
    }

    /** Of the header section, unfolded (RFC 5322 section 2.2.3). */
    private static Stream<String> fields(String content) {
        var header = content.lines().takeWhile(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
        return FOLD.matcher(header).replaceAll("").lines();
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
