package io.mailvane.inbound;

import io.mailvane.mail.PathParser;
import io.mailvane.mail.PathSyntaxException;
import org.apache.james.protocols.api.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a client calls itself. It goes into a header field of ours and into the log, so that what could end a comment, a word
 * or a line there is refused. A name need not be a domain by the letter of RFC 5321: many clients say one with an underscore.
 */
final class HeloArgument {
    static final Response REFUSED = Session.response(501, "5.5.2", "Syntax: EHLO hostname");

    private static final int MOST = 255;
    private static final String NOT_PLAIN = "()<>[]\"\\;,@";

    private HeloArgument() {}

    static boolean isPlain(@Nullable String argument) {
        if (argument == null || argument.isEmpty() || argument.length() > MOST) {
            return false;
        }
        return argument.startsWith("[")
                ? isAddressLiteral(argument)
                : argument.chars().allMatch(c -> c > ' ' && c < 0x7f && NOT_PLAIN.indexOf(c) < 0);
    }

    private static boolean isAddressLiteral(String argument) {
        try {
            PathParser.host(argument);
            return true;
        } catch (PathSyntaxException e) {
            return false;
        }
    }
}
