package io.mailvane.inbound;

import io.mailvane.mail.Ascii;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The word that a command line begins with, and what it alone tells of the client.
 *
 * @param word in upper case
 * @param end of the word in the line
 * @param fieldName whether a colon follows it before any space, as it does the name of a header field, of HTTP or of a message
 */
record Verb(String word, int end, boolean fieldName) {
    private static final Set<String> METHODS_OF_HTTP =
            Set.of("GET", "POST", "PUT", "HEAD", "DELETE", "OPTIONS", "CONNECT", "PATCH", "TRACE");

    /**
     * What is a mistake of an SMTP client, not a header field, also with a colon or a tab behind it. Not so DATA and BDAT: behind
     * them comes content, of which nothing may be taken for commands.
     */
    private static final Set<String> OF_SMTP = Set.of(
            "EHLO",
            "HELO",
            "MAIL",
            "MAILFROM",
            "RCPT",
            "RCPTTO",
            "RSET",
            "NOOP",
            "QUIT",
            "VRFY",
            "EXPN",
            "HELP",
            "STARTTLS");

    private static final Set<String> LAST_OF_THEIR_GROUP = Set.of("EHLO", "HELO", "DATA");

    /** Behind the first stands its own content, and behind the second nothing is read. */
    private static final Set<String> NOT_WAITED_FOR = Set.of("BDAT", "QUIT");

    static Verb of(byte[] line) {
        int end = 0;
        while (end < line.length && line[end] != ' ' && line[end] != '\t' && line[end] != ':') {
            end++;
        }
        var word = Ascii.upperCase(new String(line, 0, end, StandardCharsets.ISO_8859_1));
        return new Verb(word, end, end > 0 && colonFollows(line, end));
    }

    private static boolean colonFollows(byte[] line, int end) {
        int at = end;
        while (at < line.length && line[at] != ' ' && line[at] != ':') {
            at++;
        }
        return at < line.length && line[at] == ':';
    }

    /** Whether no command of SMTP begins so, but what a browser sends, or content that is taken for commands. */
    boolean isForeign() {
        return (fieldName && !OF_SMTP.contains(word)) || METHODS_OF_HTTP.contains(word);
    }

    /** Whether the client says its name. */
    boolean introduces() {
        return word.equals("EHLO") || word.equals("HELO");
    }

    /**
     * Whether nothing may follow before the reply: RFC 2920 section 3.1.
     *
     * @param pipelining whether it was offered and taken, by EHLO
     */
    boolean isWaitedFor(boolean pipelining) {
        return LAST_OF_THEIR_GROUP.contains(word) || (!pipelining && !NOT_WAITED_FOR.contains(word));
    }
}
