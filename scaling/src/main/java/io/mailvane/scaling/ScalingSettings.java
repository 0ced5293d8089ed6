package io.mailvane.scaling;

import java.time.Duration;

/**
 * How many workers there may be, and how patient their owner is.
 *
 * @param min so many are always there
 * @param max so many at most, those that drain among them; 0: none may run
 * @param idle fewer must do for so long before one goes
 * @param capacity scans that a worker runs at once
 * @param target what a message is to wait for its scan at most
 */
public record ScalingSettings(int min, int max, Duration idle, int capacity, Duration target, Patience patience) {
    public ScalingSettings {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("min is 0 or more, and max not less than min");
        }
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: at least 1");
        }
        if (idle.isNegative() || target.isNegative() || target.isZero()) {
            throw new IllegalArgumentException("idle: 0 or more; target: more than 0");
        }
    }

    /**
     * How long a worker may take.
     *
     * @param boot what a start takes, until one was measured
     * @param start until it is ready; then it is ended and another started
     * @param silent without an answer, as a frozen one; then it is ended
     * @param drain for the scans that it still has; then they run again elsewhere
     * @param retry pause after a worker that died; doubled with each
     * @param longestRetry the pause at most; a worker that lives so long makes the next one short again
     */
    public record Patience(
            Duration boot, Duration start, Duration silent, Duration drain, Duration retry, Duration longestRetry) {
        public static final Patience DEFAULT = new Patience(
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                Duration.ofSeconds(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofSeconds(60));
    }
}
