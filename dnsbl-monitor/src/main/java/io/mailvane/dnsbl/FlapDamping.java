package io.mailvane.dnsbl;

import io.mailvane.dnsbl.RoutingSettings.Flap;
import java.time.Duration;
import java.util.Optional;

/**
 * How unsteady an address has been: a figure that each fall raises and time halves (after RFC 2439).
 *
 * @param figure at {@code at}
 * @param suppressed since when; empty: it is not
 * @param times how many falls that are not as good as forgotten made it
 */
record FlapDamping(double figure, Optional<Moment> at, Optional<Moment> suppressed, int times) {
    static final FlapDamping STEADY = new FlapDamping(0, Optional.empty(), Optional.empty(), 0);
    /** A figure of less than this part of a fall's is as good as none. */
    private static final double FORGOTTEN = 0.1;

    double figureAt(Moment now, Flap flap) {
        return at.map(then -> figure * Math.pow(0.5, ratio(now.since(then), flap.halfLife())))
                .orElse(0.0);
    }

    FlapDamping fallen(Moment now, Flap flap) {
        double before = figureAt(now, flap);
        double raised = before + flap.penalty();
        var since = isSuppressed(now, flap) ? suppressed : Optional.<Moment>empty();
        if (since.isEmpty() && raised >= flap.suppress()) {
            since = Optional.of(now);
        }
        boolean isFirst = before < FORGOTTEN * flap.penalty();
        return new FlapDamping(raised, Optional.of(now), since, isFirst ? 1 : times + 1);
    }

    boolean isSuppressed(Moment now, Flap flap) {
        return release(flap).map(now::isBefore).orElse(false);
    }

    /** When it is believed again; empty if it was never suppressed. */
    Optional<Moment> release(Flap flap) {
        return suppressed.flatMap(since -> at.map(then -> {
            double halvings = Math.log(Math.max(1, figure / flap.reuse())) / Math.log(2);
            long calms = (long) (halvings * flap.halfLife().toMillis());
            // Nanoseconds reach no further than some centuries, and nothing is held for longer than that anyway.
            var calm = then.plus(Duration.ofMillis(Math.min(calms, flap.max().toMillis())));
            var latest = since.plus(flap.max());
            return calm.isBefore(latest) ? calm : latest;
        }));
    }

    private static double ratio(Duration duration, Duration unit) {
        return (double) duration.toMillis() / unit.toMillis();
    }
}
