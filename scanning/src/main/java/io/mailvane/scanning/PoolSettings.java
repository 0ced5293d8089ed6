package io.mailvane.scanning;

import java.time.Duration;

/**
 * How a pool asks its workers.
 *
 * @param attempt what one worker may take for one scan while there is another to ask
 * @param workersPerScan so many workers at most are tried with one message: it may be what kills them
 * @param mostWaiting scans that wait for a worker; more are turned away at once
 * @param probe how often each worker is asked how it is
 * @param room when a pool is too busy to scan while clients wait
 */
public record PoolSettings(Duration attempt, int workersPerScan, int mostWaiting, Duration probe, Room.Bounds room) {
    /** For sessions that wait some minutes at most for the end of data. */
    public static final PoolSettings DEFAULT = new PoolSettings(
            Duration.ofSeconds(20),
            2,
            1000,
            Duration.ofSeconds(1),
            new Room.Bounds(Duration.ofSeconds(2), Duration.ofMillis(500)));

    public PoolSettings {
        if (workersPerScan < 1 || mostWaiting < 0) {
            throw new IllegalArgumentException("at least one worker per scan, and no negative queue");
        }
    }
}
