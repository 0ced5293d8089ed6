package io.mailvane.mail;

import java.time.Duration;
import java.util.Locale;

/**
 * One event as logfmt: {@code event=attempt qid=... from=...}, fields in the order they were added. Time and level are put
 * before it by whoever writes the log.
 *
 * <p>A value with a space, quote, equals sign or anything outside printable ASCII is quoted, with control and format characters
 * escaped, so that no peer's text can begin a line or a field of its own. An empty value is {@code -}. One thread at a time.
 */
public final class LogLine {
    private final StringBuilder line;

    private LogLine(String event) {
        line = new StringBuilder(256).append("event=").append(event);
    }

    /** @param event one of the closed list of {@code docs/operations.md} */
    public static LogLine event(String event) {
        return new LogLine(event);
    }

    public LogLine field(String name, Object value) {
        line.append(' ').append(name).append('=');
        append(String.valueOf(value));
        return this;
    }

    /** In decimal seconds, to the millisecond. */
    public LogLine seconds(String name, Duration value) {
        line.append(' ').append(name).append('=');
        long millis = Math.max(0, value.plusNanos(500_000).toMillis());
        line.append(millis / 1000).append('.');
        int fraction = (int) (millis % 1000);
        line.append((char) ('0' + fraction / 100))
                .append((char) ('0' + fraction / 10 % 10))
                .append((char) ('0' + fraction % 10));
        return this;
    }

    private void append(String value) {
        if (value.isEmpty()) {
            line.append('-');
        } else if (isBare(value)) {
            line.append(value);
        } else {
            line.append('"');
            value.codePoints().forEach(this::appendEscaped);
            line.append('"');
        }
    }

    private static boolean isBare(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!isBare(value.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBare(int c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '=' && c != '\\';
    }

    private void appendEscaped(int c) {
        if (c == '"' || c == '\\') {
            line.append('\\').append((char) c);
        } else if (isUnseen(c)) {
            for (char unit : Character.toChars(c)) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
            }
        } else {
            line.appendCodePoint(c);
        }
    }

    /** A control of the terminal, of lines, or of the direction and the joining of what is beside it. */
    private static boolean isUnseen(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    @Override
    public String toString() {
        return line.toString();
    }
}
