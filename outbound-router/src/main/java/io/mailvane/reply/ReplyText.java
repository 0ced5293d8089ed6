package io.mailvane.reply;

import io.mailvane.mail.SmtpReply;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Replies in one form, so that a pattern may count on it: one line, one code, single blanks, lower case, bounded. */
public final class ReplyText {
    /** Characters. What a reply is about stands at its beginning; the time of matching grows with its length. */
    public static final int MOST = 512;

    private static final Pattern CLIENT_PREFIX = Pattern.compile(
            "(?i)^(smtp; ?|host \\S{1,255}( \\[[^\\]]{1,45}\\])? said: ?|connection closed response=|remote server said: ?)+");
    private static final Pattern CODES = Pattern.compile("^(\\d{3})(?:[ -]|$)");
    private static final Pattern STATUS = Pattern.compile("^ ?[245]\\.\\d{1,3}\\.\\d{1,3}(?: |$)");

    private ReplyText() {}

    /** A reply that a connection of ours heard. */
    public static String of(SmtpReply reply) {
        var text = new StringBuilder(MOST + 1).append(reply.code());
        reply.status().ifPresent(status -> text.append(' ').append(status));
        reply.lines().forEach(line -> append(text, STATUS.matcher(line).replaceFirst("")));
        return finish(text);
    }

    /** A reply as somebody wrote it down: lines with their codes, perhaps behind words of the client that heard it. */
    public static String of(String written) {
        var text = new StringBuilder(MOST + 1);
        var first = true;
        for (var line : lines(written)) {
            var code = CODES.matcher(line);
            var rest = first || !code.find()
                    ? line
                    : STATUS.matcher(line.substring(code.end())).replaceFirst("");
            append(text, first ? separated(rest) : rest);
            first = false;
        }
        return finish(text);
    }

    private static List<String> lines(String written) {
        // Cut before anything else looks at it; twice the most leaves room for codes and prefixes.
        var bounded = written.substring(0, Math.min(written.length(), 2 * MOST)).strip();
        return CLIENT_PREFIX.matcher(bounded).replaceFirst("").lines().toList();
    }

    private static String separated(String line) {
        return line.length() > 3 && line.charAt(3) == '-' && CODES.matcher(line).find()
                ? line.substring(0, 3) + " " + line.substring(4)
                : line;
    }

    private static void append(StringBuilder text, String line) {
        boolean blank = true;
        if (!text.isEmpty()) {
            text.append(' ');
        }
        for (int i = 0; i < line.length() && text.length() < MOST; i++) {
            char c = line.charAt(i);
            boolean isBlank = c == ' ' || Character.isISOControl(c);
            if (!(isBlank && blank)) {
                text.append(isBlank ? ' ' : c);
            }
            blank = isBlank;
        }
    }

    private static String finish(StringBuilder text) {
        text.setLength(Math.min(text.length(), MOST));
        return text.toString().strip().toLowerCase(Locale.ROOT);
    }
}
