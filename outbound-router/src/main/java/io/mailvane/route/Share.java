package io.mailvane.route;

import java.time.Instant;

/**
 * How much of its mail a way may carry.
 *
 * @param part 0 to 1
 * @param until when time alone changes it; {@link Instant#MAX} where it does not
 */
record Share(double part, Instant until) {
    static final Share WHOLE = new Share(1, Instant.MAX);

    boolean isWhole() {
        return part >= 1;
    }

    /** The one that limits. */
    Share least(Share other) {
        return other.part < part ? other : this;
    }
}
