package io.mailvane.inbound;

import io.mailvane.mail.Ascii;
import io.mailvane.mail.SmtpReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parameters behind a path (RFC 5321 section 4.1.2), by upper-case keyword; a keyword without value has "". */
final class EsmtpParameters {
    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");

    private static final Pattern XTEXT_HEX = Pattern.compile("\\+([2-6][0-9A-F]|7[0-9A-E])");
    private static final Pattern XTEXT = Pattern.compile("(?:[!-*,-<>-~]|" + XTEXT_HEX.pattern() + ")*+");

    private EsmtpParameters() {}

    /** The command is refused with this reply. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient SmtpReply reply;

        RefusedException(SmtpReply reply) {
            super(reply.text());
            this.reply = reply;
        }

        static RefusedException of(int code, String status, String text) {
            return new RefusedException(SmtpReply.of(code, status, text));
        }

        SmtpReply reply() {
            return reply;
        }
    }

    /** @param rest what follows the path: empty, or begins with a space */
    static Map<String, String> parse(String rest) throws RefusedException {
        var parameters = new LinkedHashMap<String, String>();
        if (rest.isEmpty()) {
            return parameters;
        }
        if (!rest.startsWith(" ")) {
            throw RefusedException.of(501, "5.5.4", "A space belongs between path and parameters");
        }
        for (var word : SPACES.splitAsStream(rest).skip(1).toList()) {
            int equals = word.indexOf('=');
            var keyword = Ascii.upperCase(equals < 0 ? word : word.substring(0, equals));
            if (!isKeyword(keyword) || equals == word.length() - 1) {
                throw RefusedException.of(501, "5.5.4", "Malformed parameter");
            }
            if (parameters.put(keyword, equals < 0 ? "" : word.substring(equals + 1)) != null) {
                throw RefusedException.of(501, "5.5.4", "A parameter is given twice");
            }
        }
        return parameters;
    }

    /** Letters, digits and hyphens, as a keyword or the type of an address (RFC 3461 section 4.2) has them. */
    static boolean isKeyword(String text) {
        return KEYWORD.matcher(text).matches();
    }

    /** RFC 3461 section 4; empty if it is no xtext, or holds what is not printable ASCII. */
    static Optional<String> xtext(String encoded) {
        if (!XTEXT.matcher(encoded).matches()) {
            return Optional.empty();
        }
        return Optional.of(XTEXT_HEX
                .matcher(encoded)
                .replaceAll(hex -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(hex.group(1), 16)))));
    }
}
