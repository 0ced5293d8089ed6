package io.mailvane.route;

import java.time.Duration;

/**
 * How a rate is cut, and grows back.
 *
 * @param factor by which a cut multiplies the rate
 * @param floor per minute, the least
 * @param step part of the ceiling by which it grows
 * @param every how often it does
 */
public record ThrottleShape(double factor, double floor, double step, Duration every) {
    public ThrottleShape {
        if (!(factor > 0 && factor < 1) || !(floor > 0) || !(step > 0 && step <= 1) || !every.isPositive()) {
            throw new IllegalArgumentException("a throttle cuts by a factor below 1, and grows back");
        }
    }
}
