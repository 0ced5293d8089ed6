package io.mailvane.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a deferred recipient is tried again: a pure function.
 *
 * @param steps waits after the first, second, ... attempt; after the last one it repeats; at least one, all positive
 * @param expire how long a recipient may wait at all, from acceptance
 */
public record RetrySchedule(List<Duration> steps, Duration expire) {
    public RetrySchedule {
        steps = List.copyOf(steps);
        if (steps.isEmpty() || steps.stream().anyMatch(step -> !step.isPositive())) {
            throw new IllegalArgumentException("a retry schedule has at least one wait, and all are positive");
        }
        if (!expire.isPositive()) {
            throw new IllegalArgumentException("the lifetime is positive");
        }
    }

    /** How long a recipient waits after the first attempt that defers it. */
    Duration first() {
        return steps.getFirst();
    }

    /**
     * The next attempt after one that deferred.
     *
     * @param attempts how many have been made, this one among them: 1 or more
     * @return empty if the recipient's lifetime is over: it expires. The last attempt is made when the lifetime ends, not
     *     after it.
     */
    public Optional<Instant> next(Instant received, int attempts, Instant now) {
        var end = received.plus(expire);
        if (!now.isBefore(end)) {
            return Optional.empty();
        }
        var step = steps.get(Math.min(attempts, steps.size()) - 1);
        var next = now.plus(step);
        return Optional.of(next.isAfter(end) ? end : next);
    }
}
