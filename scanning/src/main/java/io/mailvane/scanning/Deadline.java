package io.mailvane.scanning;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** By when a scan must have ended, all its steps and tries together. Any thread. */
public final class Deadline {
    private final LongSupplier nanoTime;
    private final long atNanos;

    private Deadline(LongSupplier nanoTime, long atNanos) {
        this.nanoTime = nanoTime;
        this.atNanos = atNanos;
    }

    /** @param nanoTime the clock of {@link System#nanoTime} */
    public static Deadline in(Duration time, LongSupplier nanoTime) {
        return new Deadline(nanoTime, nanoTime.getAsLong() + time.toNanos());
    }

    /** What is left of it; zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - nanoTime.getAsLong()));
    }

    public boolean passed() {
        return left().isZero();
    }

    /** The earlier of this and one that begins now. */
    public Deadline within(Duration most) {
        return left().compareTo(most) <= 0 ? this : in(most, nanoTime);
    }

    /**
     * Before a step that waits: an answer that is quick enough would else be taken after the deadline, or by a thread that was
     * told to end.
     *
     * @throws IOException if it has passed
     * @throws InterruptedException if the thread is interrupted; it is not afterwards
     */
    void check() throws IOException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (passed()) {
            throw missed(null);
        }
    }

    static IOException missed(@Nullable Throwable cause) {
        return new IOException("no answer in time", cause);
    }

    /** What its clock says now. */
    long clockNanos() {
        return nanoTime.getAsLong();
    }

    long leftNanos() {
        return left().toNanos();
    }
}
