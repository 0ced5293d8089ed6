package io.mailvane.scaling;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many come in a second, by a count that only grows: a flood is seen within seconds, and a pause does not hide it at once.
 * One thread at a time.
 */
final class ArrivalRate {
    private static final long SHORT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long LONG_NANOS = Duration.ofSeconds(10).toNanos();
    private static final double NANOS = 1e9;

    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long count, long atNanos) {}

    /** The higher of the last seconds' and the last ten seconds' rate; zero once none came for ten seconds. */
    double at(long count, long nowNanos) {
        var now = new Sample(count, nowNanos);
        // The newest of those that are older than the window is where the window begins.
        while (samples.size() > 1 && nowNanos - second().atNanos() >= LONG_NANOS) {
            samples.removeFirst();
        }
        double longer = samples.isEmpty() ? 0 : rate(samples.getFirst(), now);
        double shorter = samples.reversed().stream()
                .filter(sample -> nowNanos - sample.atNanos() >= SHORT_NANOS)
                .findFirst()
                .map(sample -> rate(sample, now))
                .orElse(longer);
        samples.addLast(now);
        return Math.max(longer, shorter);
    }

    private Sample second() {
        var iterator = samples.iterator();
        iterator.next();
        return iterator.next();
    }

    private static double rate(Sample from, Sample to) {
        long nanos = to.atNanos() - from.atNanos();
        return nanos <= 0 ? 0 : Math.max(0, to.count() - from.count()) * NANOS / nanos;
    }
}
