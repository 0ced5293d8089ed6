package io.mailvane.route;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The way back after an outage: a growing share of the usual mail.
 *
 * @param step where it began
 * @param length of each step
 */
record Ramp(Instant start, int step, Duration length) {
    private static final Duration SHORT_OUTAGE = Duration.ofHours(24);
    private static final Duration LONG_OUTAGE = Duration.ofDays(7);
    private static final int STEPS_BACK = 2;

    /**
     * @param percents ascending, the last is 100
     * @param shortest length of a step after an outage of up to a day
     * @param longest after one of a week and more; between, in proportion
     */
    public record Steps(List<Integer> percents, Duration shortest, Duration longest) {
        public Steps {
            percents = List.copyOf(percents);
            boolean ascends =
                    percents.equals(percents.stream().sorted().distinct().toList());
            if (percents.isEmpty() || !ascends || percents.getFirst() < 1 || percents.getLast() != 100) {
                throw new IllegalArgumentException("a ramp ascends to 100 percent: " + percents);
            }
            if (!shortest.isPositive() || longest.compareTo(shortest) < 0) {
                throw new IllegalArgumentException("a ramp's steps last, and the longest the longest");
            }
        }

        Duration length(Duration outage) {
            double part = (double) outage.minus(SHORT_OUTAGE).toSeconds()
                    / LONG_OUTAGE.minus(SHORT_OUTAGE).toSeconds();
            return shortest.plusSeconds(
                    (long) (Math.clamp(part, 0, 1) * longest.minus(shortest).toSeconds()));
        }
    }

    static Ramp begin(Instant now, int step, Duration outage, Steps steps) {
        return new Ramp(now, step, steps.length(outage));
    }

    int stepAt(Instant now, Steps steps) {
        long passed = Math.max(0, Duration.between(start, now).dividedBy(length));
        return (int) Math.min(steps.percents().size() - 1L, step + passed);
    }

    double share(Instant now, Steps steps) {
        return steps.percents().get(stepAt(now, steps)) / 100.0;
    }

    /** Where it goes on after a strike. */
    int stepBack(Instant now, Steps steps) {
        return Math.max(0, stepAt(now, steps) - STEPS_BACK);
    }
}
