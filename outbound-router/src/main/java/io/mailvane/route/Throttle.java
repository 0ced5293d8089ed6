package io.mailvane.route;

import java.time.Duration;
import java.time.Instant;

/**
 * A rate that was cut because the other side asked for less, growing back step by step, with the tokens that it yields.
 *
 * @param ceiling per minute: what it was before the first cut, and grows back to
 * @param rate per minute, as of {@code cut}
 * @param tokens as of {@code counted}
 */
record Throttle(ThrottleShape shape, double ceiling, double rate, Instant cut, double tokens, Instant counted) {
    private static final double NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();

    /** @param observed per minute, what was sent when the other side complained */
    static Throttle cut(ThrottleShape shape, double observed, Instant now) {
        double ceiling = Math.max(observed, shape.floor() / shape.factor());
        return new Throttle(shape, ceiling, ceiling * shape.factor(), now, 1, now);
    }

    Throttle cutAgain(Instant now) {
        double rate = Math.max(shape.floor(), rateAt(now) * shape.factor());
        return new Throttle(shape, ceiling, rate, now, Math.min(1, tokensAt(now)), now);
    }

    double rateAt(Instant now) {
        long steps = Duration.between(cut, now).dividedBy(shape.every());
        return Math.min(ceiling, rate + Math.max(0, steps) * shape.step() * ceiling);
    }

    boolean isOver(Instant now) {
        return rateAt(now) >= ceiling && now.isAfter(cut);
    }

    private double tokensAt(Instant now) {
        double minutes = Math.max(0, Duration.between(counted, now).toNanos()) / NANOS_PER_MINUTE;
        return Math.min(Math.max(1, rateAt(now) / 6), tokens + minutes * rateAt(now));
    }

    boolean hasToken(Instant now) {
        return tokensAt(now) >= 1;
    }

    Throttle take(Instant now) {
        return new Throttle(shape, ceiling, rate, cut, tokensAt(now) - 1, now);
    }

    Throttle giveBack(Instant now) {
        return new Throttle(shape, ceiling, rate, cut, tokensAt(now) + 1, now);
    }

    /** When there is a token at the latest. */
    Instant nextToken(Instant now) {
        double missing = Math.max(0, 1 - tokensAt(now));
        return now.plusNanos((long) Math.ceil(missing / rateAt(now) * NANOS_PER_MINUTE));
    }
}
