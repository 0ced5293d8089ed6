package io.mailvane.dnsbl;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;

/**
 * One point in time on two clocks: the ticker, which every rule goes by, and the wall's, which people read. A jump of the
 * wall clock changes no verdict.
 *
 * @param nanos as of {@link System#nanoTime}
 */
record Moment(long nanos, Instant wall) {
    static final Comparator<Moment> EARLIER_FIRST = (one, other) -> Long.signum(one.nanos - other.nanos);

    /** Never negative. */
    Duration since(Moment earlier) {
        return Duration.ofNanos(Math.max(0, nanos - earlier.nanos));
    }

    Moment plus(Duration duration) {
        return new Moment(nanos + duration.toNanos(), wall.plus(duration));
    }

    boolean isBefore(Moment other) {
        return nanos - other.nanos < 0;
    }

    boolean isAfter(Moment other) {
        return other.isBefore(this);
    }

    /** A moment that was written down before a restart, as far back as the wall clock says; never in the future. */
    Moment recalled(Instant earlier) {
        var ago = Duration.between(earlier, wall);
        return ago.isNegative() ? this : new Moment(nanos - ago.toNanos(), earlier);
    }

    /** A moment that people name, as far away as the wall clock says now. */
    Moment at(Instant named) {
        return plus(Duration.between(wall, named));
    }
}
