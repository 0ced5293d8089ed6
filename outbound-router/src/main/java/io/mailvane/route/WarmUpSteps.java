package io.mailvane.route;

import java.time.Duration;
import java.util.List;

/**
 * How an address that receivers do not know becomes known to one of them.
 *
 * @param ceilings recipients a day, step by step, ascending; past the last one nothing limits
 * @param day how long a step lasts at least
 */
public record WarmUpSteps(List<Integer> ceilings, Duration day) {
    public static final WarmUpSteps DEFAULT = new WarmUpSteps(
            List.of(
                    50, 70, 100, 140, 200, 280, 400, 560, 780, 1_100, 1_500, 2_200, 3_000, 4_200, 6_000, 8_000, 12_000,
                    16_000, 22_000, 30_000),
            Duration.ofHours(24));

    public WarmUpSteps {
        ceilings = List.copyOf(ceilings);
        boolean ascends = ceilings.equals(ceilings.stream().sorted().distinct().toList());
        if (ceilings.isEmpty() || !ascends || ceilings.getFirst() < 1) {
            throw new IllegalArgumentException("a warm-up ascends: " + ceilings);
        }
        if (!day.isPositive()) {
            throw new IllegalArgumentException("a warm-up's day lasts");
        }
    }

    public WarmUpSteps lasting(Duration other) {
        return new WarmUpSteps(ceilings, other);
    }
}
