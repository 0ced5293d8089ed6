package io.mailvane.route;

import java.time.Duration;
import java.util.List;

/**
 * How an address comes back: so much of its usual mail, for so long each.
 *
 * @param percents ascending, the last is 100
 * @param shortest length of a step after an outage of up to a day
 * @param longest after one of a week and more; between, in proportion
 */
public record RampSteps(List<Integer> percents, Duration shortest, Duration longest) {
    private static final Duration SHORT_OUTAGE = Duration.ofHours(24);
    private static final Duration LONG_OUTAGE = Duration.ofDays(7);

    public RampSteps {
        percents = List.copyOf(percents);
        boolean ascends = percents.equals(percents.stream().sorted().distinct().toList());
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
