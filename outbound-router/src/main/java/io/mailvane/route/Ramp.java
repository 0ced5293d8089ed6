package io.mailvane.route;

import java.time.Duration;
import java.time.Instant;

/**
 * The way back after an outage: a growing share of the usual mail.
 *
 * @param step where it began
 * @param length of each step
 */
record Ramp(Instant start, int step, Duration length) {
    private static final int STEPS_BACK = 2;

    static Ramp begin(Instant now, int step, Duration outage, RampSteps steps) {
        return new Ramp(now, step, steps.length(outage));
    }

    private long passed(Instant now) {
        return Math.max(0, Duration.between(start, now).dividedBy(length));
    }

    int stepAt(Instant now, RampSteps steps) {
        return (int) Math.min(steps.percents().size() - 1L, step + passed(now));
    }

    Share share(Instant now, RampSteps steps) {
        int at = stepAt(now, steps);
        boolean isLast = at == steps.percents().size() - 1;
        return isLast
                ? Share.WHOLE
                : new Share(steps.percents().get(at) / 100.0, start.plus(length.multipliedBy(passed(now) + 1)));
    }

    /** Where it goes on after a strike. */
    int stepBack(Instant now, RampSteps steps) {
        return Math.max(0, stepAt(now, steps) - STEPS_BACK);
    }
}
