package io.mailvane.scaling;

import io.mailvane.scaling.ScalingSettings.Patience;
import java.time.Duration;

/** How long no worker is started after one that died: the longer, the more died in a row. One thread at a time. */
final class Pause {
    private static final int MOST_DOUBLINGS = 20;

    private final Patience patience;
    private int failures;
    private long untilNanos;

    Pause(Patience patience) {
        this.patience = patience;
    }

    /** One died, or could not be started. */
    void failed(long nowNanos) {
        var wait = patience.retry().multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        untilNanos =
                nowNanos + (wait.compareTo(patience.longestRetry()) < 0 ? wait : patience.longestRetry()).toNanos();
    }

    /** One has lived for so long: what kills workers is over. */
    void lived(Duration age) {
        if (age.compareTo(patience.longestRetry()) >= 0) {
            failures = 0;
        }
    }

    /** What is left of it; zero if it is over. */
    Duration left(long nowNanos) {
        return Duration.ofNanos(failures == 0 ? 0 : Math.max(0, untilNanos - nowNanos));
    }
}
