package io.mailvane.inbound;

import io.mailvane.mail.PathParser;
import io.mailvane.mail.PathSyntaxException;
import java.nio.charset.StandardCharsets;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls itself. No mail is refused for a name that is no domain (RFC 5321 section 4.1.4): many clients say the name
 * of a machine, or an address as it is written elsewhere. But it goes into a header field of ours and into the log, so what could
 * end a comment, a word or a line there is not kept of it.
 */
final class HeloArgument {
    static final Response REFUSED = Session.response(501, "5.5.2", "Syntax: EHLO hostname");

    private static final int MOST_OCTETS = 255;
    private static final String NOT_PLAIN = "()<>[]\"\\;,@";

    private HeloArgument() {}

    /** Whether it is one word that can be read. */
    static boolean isWord(@Nullable String argument) {
        return argument != null
                && !argument.isEmpty()
                && argument.getBytes(StandardCharsets.UTF_8).length <= MOST_OCTETS
                && argument.codePoints().noneMatch(HeloArgument::isSpaceOrControl);
    }

    private static boolean isSpaceOrControl(int c) {
        return Character.isSpaceChar(c) || Character.isWhitespace(c) || Character.isISOControl(c);
    }

    /** As it is kept: an address literal or a plain word as it is, of another a question mark for each character that is not plain. */
    static String kept(String argument) {
        if (isAddressLiteral(argument)) {
            return argument;
        }
        var kept = new StringBuilder(argument.length());
        argument.codePoints().forEach(c -> kept.append(isPlain(c) ? (char) c : '?'));
        return kept.toString();
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c < 0x7f && NOT_PLAIN.indexOf(c) < 0;
    }

    private static boolean isAddressLiteral(String argument) {
        try {
            return argument.startsWith("[") && PathParser.host(argument).text().equals(argument);
        } catch (PathSyntaxException e) {
            return false;
        }
    }
}
