package io.mailvane.dnsbl;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one operator may still be asked: a token bucket, and a count of the last 24 hours. From half of a day's questions on the
 * other half is spread over 24 hours: who has much to ask knows less often what is so, but never knows nothing. One thread.
 */
final class OperatorBudget {
    private static final int HOURS = 24;
    private static final Duration HOUR = Duration.ofHours(1);

    /**
     * What an operator was asked, as it survives a restart: the operator counts on.
     *
     * @param hour when the latest hour began
     * @param hours questions of each hour, the latest first; at most 24
     */
    record Use(Instant hour, List<Integer> hours) {
        static final Use NONE = new Use(Instant.EPOCH, List.of());

        Use {
            hours = List.copyOf(hours);
        }
    }

    private final AskingSettings.Budget settings;
    private final int[] hours = new int[HOURS];
    private double tokens;
    private Moment filled;
    private Moment hour;
    private int current;
    private int inFlight;

    /** @param before a restart; the bucket is full, as nothing was asked while nothing ran */
    OperatorBudget(AskingSettings.Budget settings, Use before, Moment now) {
        this.settings = settings;
        this.tokens = settings.burst();
        this.filled = now;
        this.hour = now.recalled(before.hour());
        for (int i = 0; i < Math.min(HOURS, before.hours().size()); i++) {
            hours[Math.floorMod(current - i, HOURS)] = before.hours().get(i);
        }
    }

    Use use(Moment now) {
        advance(now);
        var latestFirst = new ArrayList<Integer>(HOURS);
        for (int i = 0; i < HOURS; i++) {
            latestFirst.add(hours[Math.floorMod(current - i, HOURS)]);
        }
        return new Use(hour.wall(), latestFirst);
    }

    /** Whether there is a place, and room for the questions. */
    boolean has(int questions, Moment now) {
        advance(now);
        return inFlight < settings.inFlight() && tokens >= 1 && sum() + questions <= settings.daily();
    }

    /** Takes a place and the questions, or nothing. Questions beyond a full bucket are taken as a debt. */
    boolean take(int questions, Moment now) {
        boolean free = has(questions, now);
        if (free) {
            tokens -= questions;
            hours[current] += questions;
            inFlight++;
        }
        return free;
    }

    /** @param more questions than were taken for */
    void done(int more, Moment now) {
        advance(now);
        inFlight--;
        tokens -= more;
        hours[current] += more;
    }

    /** Questions of the last 24 hours, to the hour. */
    int today(Moment now) {
        advance(now);
        return sum();
    }

    private int sum() {
        int sum = 0;
        for (int each : hours) {
            sum += each;
        }
        return sum;
    }

    /** How long until a question may be free; at least a tenth of a second. */
    Duration pause(Moment now) {
        advance(now);
        if (sum() >= settings.daily()) {
            return Duration.ofMinutes(1);
        }
        long millis = (long) Math.ceil(1000 * (1 - tokens) / rate());
        return Duration.ofMillis(Math.max(100, millis));
    }

    /** Questions a second. */
    private double rate() {
        double half = settings.daily() / 2.0;
        return sum() < half
                ? settings.rate()
                : Math.min(settings.rate(), half / HOUR.multipliedBy(HOURS).toSeconds());
    }

    private void advance(Moment now) {
        double seconds = now.since(filled).toNanos() / 1e9;
        tokens = Math.min(settings.burst(), tokens + seconds * rate());
        filled = now;
        long passed = now.since(hour).dividedBy(HOUR);
        for (long i = 0; i < Math.min(passed, HOURS); i++) {
            current = (current + 1) % HOURS;
            hours[current] = 0;
        }
        hour = hour.plus(HOUR.multipliedBy(passed));
    }
}
