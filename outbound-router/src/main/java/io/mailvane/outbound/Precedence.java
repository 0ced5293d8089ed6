package io.mailvane.outbound;

import io.mailvane.mail.ReversePath;
import io.mailvane.route.MailClass;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * How much waiting a message bears, by its own word: what has a null reverse-path tells somebody that something went wrong, and
 * {@code Precedence: bulk}, {@code list} or {@code junk} (RFC 2076 section 3.9) says that it was sent to many.
 */
final class Precedence {
    private static final int MOST = 64 << 10;
    private static final Set<String> OF_BULK = Set.of("bulk", "list", "junk");
    private static final String FIELD = "precedence:";

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
        boolean isBulk = begin.lines()
                .takeWhile(line -> !line.isEmpty())
                .map(line -> line.toLowerCase(Locale.ROOT))
                .filter(line -> line.startsWith(FIELD))
                .anyMatch(
                        line -> OF_BULK.contains(line.substring(FIELD.length()).strip()));
        return isBulk ? MailClass.BULK : MailClass.NORMAL;
    }
}
