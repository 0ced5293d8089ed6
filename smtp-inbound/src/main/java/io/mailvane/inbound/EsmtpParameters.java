package io.mailvane.inbound;

import io.mailvane.mail.SmtpReply;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parameters behind a path (RFC 5321 section 4.1.2), by upper-case keyword; a keyword without value has "". */
final class EsmtpParameters {
    private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");

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
        if (rest.isBlank()) {
            return parameters;
        }
        if (!rest.startsWith(" ")) {
            throw RefusedException.of(501, "5.5.4", "A space belongs between path and parameters");
        }
        for (var word : rest.strip().split(" +")) {
            int equals = word.indexOf('=');
            var keyword = (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT);
            if (!KEYWORD.matcher(keyword).matches() || equals == word.length() - 1) {
                throw RefusedException.of(501, "5.5.4", "Malformed parameter");
            }
            if (parameters.put(keyword, equals < 0 ? "" : word.substring(equals + 1)) != null) {
                throw RefusedException.of(501, "5.5.4", "A parameter is given twice");
            }
        }
        return parameters;
    }

    /** RFC 3461 section 4; empty if it is no xtext. */
    static Optional<String> xtext(String encoded) {
        var text = new StringBuilder();
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c < '!' || c > '~' || c == '=') {
                return Optional.empty();
            }
            if (c != '+') {
                text.append(c);
                continue;
            }
            if (!encoded.substring(i).matches("(?s)\\+[0-9A-F]{2}.*")) {
                return Optional.empty();
            }
            int code = Integer.parseInt(encoded.substring(i + 1, i + 3), 16);
            if (code < 0x20 || code > 0x7e) {
                return Optional.empty();
            }
            text.append((char) code);
            i += 2;
        }
        return Optional.of(text.toString());
    }
}
