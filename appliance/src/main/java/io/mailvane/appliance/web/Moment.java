package io.mailvane.appliance.web;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** A time as a page shows it, in UTC, and how far it is from now: at night nobody wants to subtract. */
public record Moment(Instant at, Instant now) {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_CLOCK =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** For programs that read the page. */
    public String iso() {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The clock's time, with the day if it is not today. */
    public String text() {
        boolean today = day(at).equals(day(now));
        return (today ? CLOCK : DAY_AND_CLOCK).format(at);
    }

    private static Instant day(Instant instant) {
        return instant.truncatedTo(ChronoUnit.DAYS);
    }

    /** {@code 5 min ago}, {@code in 2 h}, {@code now}. */
    public String distance() {
        long seconds = Duration.between(at, now).toMillis() / 1000;
        if (seconds == 0) {
            return "now";
        }
        return seconds > 0 ? span(seconds) + " ago" : "in " + span(-seconds);
    }

    private static String span(long seconds) {
        var whole = Duration.ofSeconds(seconds);
        if (whole.toMinutes() == 0) {
            return seconds + " s";
        }
        if (whole.toHours() == 0) {
            return whole.toMinutes() + " min";
        }
        return whole.toDays() == 0
                ? parts(whole.toHours(), "h", whole.toMinutesPart(), "min")
                : parts(whole.toDays(), "d", whole.toHoursPart(), "h");
    }

    private static String parts(long most, String unit, int rest, String restUnit) {
        return most + " " + unit + (rest == 0 ? "" : " " + rest + " " + restUnit);
    }
}
