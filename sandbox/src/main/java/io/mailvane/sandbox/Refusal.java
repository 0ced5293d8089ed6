package io.mailvane.sandbox;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A reply that refuses, said in one phase.
 *
 * @param lines at least one, each with the same code 4yz or 5yz; all but the last with a hyphen behind it (RFC 5321 section 4.2)
 */
record Refusal(Phase phase, List<String> lines) {
    private static final Pattern LINE = Pattern.compile("([45][0-9]{2})([ -])[\\x20-\\x7e]{0,500}");
    private static final int MOST_LINES = 20;

    Refusal {
        lines = List.copyOf(lines);
    }

    /**
     * @param text one line, or several with a line feed between them
     * @throws UsageException if SMTP has no such reply
     */
    static Refusal parse(Phase phase, String text) {
        var lines = text.lines().toList();
        if (lines.isEmpty() || lines.size() > MOST_LINES) {
            throw new UsageException("a reply has 1 to " + MOST_LINES + " lines");
        }
        for (int at = 0; at < lines.size(); at++) {
            var line = LINE.matcher(lines.get(at));
            var separator = at == lines.size() - 1 ? " " : "-";
            if (!line.matches()
                    || !line.group(2).equals(separator)
                    || !lines.get(at).startsWith(code(lines))) {
                throw new UsageException(lines.get(at)
                        + " is not a reply that refuses, as: 550 5.7.1 Client host blocked using bl.test");
            }
        }
        return new Refusal(phase, lines);
    }

    private static String code(List<String> lines) {
        return lines.getFirst().substring(0, Math.min(3, lines.getFirst().length()));
    }

    /** RFC 5321 section 3.8: the server says 421 and closes. */
    boolean closes() {
        return lines.getFirst().startsWith("421");
    }

    String text() {
        return String.join("\n", lines);
    }
}
