package io.mailvane.dnsbl;

import java.time.Duration;

/** What others wrote, made fit to be shown. */
final class Text {
    private Text() {}

    /** Without control characters and line ends, cut to {@code max} characters. Escaping is left to whoever shows it. */
    static String clean(String text, int max) {
        var clean = new StringBuilder(Math.min(text.length(), max));
        text.codePoints()
                .map(c -> isFit(c) ? c : ' ')
                .takeWhile(c -> clean.length() + Character.charCount(c) <= max)
                .forEach(clean::appendCodePoint);
        return clean.toString().strip();
    }

    /** The two largest parts: {@code 2 h 10 min}. */
    static String span(Duration duration) {
        long days = duration.toDays();
        if (days > 0) {
            return days + " d" + part(duration.toHoursPart(), " h");
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h" + part(duration.toMinutesPart(), " min");
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }

    /** As {@link #span}; where it is read some time after it was written, seconds would be wrong. */
    static String about(Duration duration) {
        return duration.compareTo(Duration.ofMinutes(1)) < 0 ? "less than a minute" : span(duration);
    }

    private static String part(int number, String unit) {
        return number == 0 ? "" : " " + number + unit;
    }

    private static boolean isFit(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
