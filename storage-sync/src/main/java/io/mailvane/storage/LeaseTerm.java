package io.mailvane.storage;

import java.time.Duration;

/**
 * How long others wait for a heartbeat, and what follows from it.
 *
 * @param nanos after which a partition whose heartbeat stands still may be adopted
 */
public record LeaseTerm(long nanos) {
    private static final Duration LEAST = Duration.ofSeconds(1);
    /** What an owner may rely on is a fifth less: clocks of two machines may run at rates that differ. */
    private static final int PARTS = 5;

    private static final long NANOS_OF_MILLI = 1_000_000;

    public LeaseTerm {
        if (nanos < LEAST.toNanos()) {
            throw new IllegalArgumentException("a lease lasts at least a second");
        }
    }

    public static LeaseTerm of(Duration term) {
        return new LeaseTerm(term.toNanos());
    }

    /** As a claim says it: whole milliseconds, and no less. */
    Duration told() {
        return Duration.ofMillis((nanos + NANOS_OF_MILLI - 1) / NANOS_OF_MILLI);
    }

    /** How long the owner relies on a heartbeat, from before it was written. */
    long holdNanos() {
        return nanos - nanos / PARTS;
    }

    /** Between two heartbeats. */
    Duration interval() {
        return Duration.ofNanos(nanos / (2 * PARTS));
    }
}
