package io.mailvane.inbound;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.Ascii;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.PathParser;
import io.mailvane.mail.PathSyntaxException;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the arguments of MAIL and RCPT have in common. */
final class CommandArgument {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");

    private CommandArgument() {}

    /** The path behind {@code keyword}; no space stands between them (RFC 5321 section 3.3). */
    static PathParser.Path path(@Nullable String argument, String keyword) throws RefusedException {
        if (argument == null || !Ascii.startsIgnoringCase(argument, keyword)) {
            throw RefusedException.of(501, "5.5.4", "Syntax: " + keyword + "<address>");
        }
        var path = argument.substring(keyword.length());
        try {
            return PathParser.path(path);
        } catch (PathSyntaxException e) {
            throw RefusedException.of(
                    501, keyword.equals("FROM:") ? "5.1.7" : "5.1.3", "Bad address: " + e.getMessage());
        }
    }

    /** RFC 6531 section 3.4: a mailbox that is not ASCII needs the SMTPUTF8 parameter. */
    static void requireAscii(Mailbox mailbox, boolean smtpUtf8) throws RefusedException {
        if (!smtpUtf8 && !mailbox.isAscii()) {
            throw RefusedException.of(553, "5.6.7", "This address needs SMTPUTF8");
        }
    }

    /** RFC 1870 section 3: up to 20 digits, which may be more than any message will ever have. */
    static long octets(String value) throws RefusedException {
        if (!NUMBER.matcher(value).matches()) {
            throw RefusedException.of(501, "5.5.4", "SIZE is a number");
        }
        return new BigInteger(value).min(BigInteger.valueOf(Long.MAX_VALUE)).longValue();
    }

    static void requireNoValue(String value, String keyword) throws RefusedException {
        if (!value.isEmpty()) {
            throw RefusedException.of(501, "5.5.4", keyword + " has no value");
        }
    }
}
