package io.mailvane.appliance.reputation;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A strip as it is drawn: a minute is a unit of width.
 *
 * @param bars side by side, from the left; before the first nothing is known
 * @param words the same for those who do not see it
 */
public record Timeline(String ip, String object, List<Bar> bars, String words) {
    public static final int WIDTH = 24 * 60;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** A short state is a line, not nothing. */
    private static final int LEAST = 4;

    /** @param style its class in the style sheet */
    public record Bar(int x, int width, String style, String title) {}

    /** Where an hour is named, and how. */
    public record Tick(int x, String label) {}

    static Timeline of(Strip strip, Instant now) {
        var begin = now.minus(Duration.ofMinutes(WIDTH));
        var bars = new ArrayList<Bar>();
        var words = new ArrayList<String>();
        for (int i = 0; i < strip.spans().size(); i++) {
            var span = strip.spans().get(i);
            int from = minute(begin, span.from());
            int to = i + 1 < strip.spans().size()
                    ? minute(begin, strip.spans().get(i + 1).from())
                    : WIDTH;
            var since = span.from().isAfter(begin.plusSeconds(60)) ? " since " + CLOCK.format(span.from()) : "";
            bars.add(new Bar(
                    Math.min(from, WIDTH - LEAST),
                    Math.max(LEAST, to - from),
                    style(span.state()),
                    span.state() + since));
            words.add(span.state() + since);
        }
        return new Timeline(strip.ip(), strip.object(), bars, String.join(", then ", words));
    }

    private static int minute(Instant begin, Instant at) {
        return (int) Math.clamp(Duration.between(begin, at).toMinutes(), 0L, (long) WIDTH);
    }

    private static String style(String state) {
        return "bar-" + state.toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("[^a-z-]", "");
    }

    /** Every six hours of the clock. */
    public static List<Tick> ticks(Instant now) {
        var begin = now.minus(Duration.ofMinutes(WIDTH));
        var ticks = new ArrayList<Tick>();
        long quarter = Duration.ofHours(6).toSeconds();
        long next = (begin.getEpochSecond() / quarter + 1) * quarter;
        for (long at = next; at < now.getEpochSecond(); at += quarter) {
            var time = Instant.ofEpochSecond(at);
            ticks.add(new Tick(minute(begin, time), CLOCK.format(time)));
        }
        return ticks;
    }
}
