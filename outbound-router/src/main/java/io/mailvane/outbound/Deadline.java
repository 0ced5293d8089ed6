package io.mailvane.outbound;

import java.time.Duration;
import java.util.function.LongSupplier;

/** When one delivery must be over. Any number of threads. */
public final class Deadline {
    private final LongSupplier ticker;
    private final long endNanos;

    private Deadline(LongSupplier ticker, long endNanos) {
        this.ticker = ticker;
        this.endNanos = endNanos;
    }

    /** @param ticker nanoseconds, as of {@link System#nanoTime} */
    public static Deadline in(Duration time, LongSupplier ticker) {
        return new Deadline(ticker, ticker.getAsLong() + time.toNanos());
    }

    /** The earlier of this and {@code timeout} from now. */
    Deadline within(Duration timeout) {
        long end = ticker.getAsLong() + timeout.toNanos();
        return new Deadline(ticker, end - endNanos < 0 ? end : endNanos);
    }

    /** Nanoseconds that are left; zero or less when it is over. */
    public long remainingNanos() {
        return endNanos - ticker.getAsLong();
    }

    /** The moment, by the same ticker. */
    long nowNanos() {
        return ticker.getAsLong();
    }

    public boolean passed() {
        return remainingNanos() <= 0;
    }

    /** What is left in milliseconds, at least one: as a socket's time-out, where zero would mean for ever. */
    int remainingMillis() {
        return Math.clamp(remainingNanos() / 1_000_000, 1, Integer.MAX_VALUE);
    }
}
