package io.mailvane.dnsbl;

import io.mailvane.dnsbl.RoutingSettings.Flap;
import java.time.Duration;
import java.util.Optional;

/**
 * How unsteady an address has been: a figure that each fall raises and time halves (after RFC 2439).
 *
 * @param figure at {@code at}
 * @param suppressed since when; empty: it is not
 */
record FlapDamping(double figure, Optional<Moment> at, Optional<Moment> suppressed) {
    static final FlapDamping STEADY = new FlapDamping(0, Optional.empty(), Optional.empty());

    double figureAt(Moment now, Flap flap) {
        return at.map(then -> figure * Math.pow(0.5, ratio(now.since(then), flap.halfLife())))
                .orElse(0.0);
    }

    FlapDamping fallen(Moment now, Flap flap) {
        double raised = figureAt(now, flap) + flap.penalty();
        var since = isSuppressed(now, flap) ? suppressed : Optional.<Moment>empty();
        if (since.isEmpty() && raised >= flap.suppress()) {
            since = Optional.of(now);
        }
        return new FlapDamping(raised, Optional.of(now), since);
    }

    boolean isSuppressed(Moment now, Flap flap) {
        return release(flap).map(now::isBefore).orElse(false);
    }

    /** When it is believed again; empty if it was never suppressed. */
    Optional<Moment> release(Flap flap) {
        return suppressed.flatMap(since -> at.map(then -> {
            double halvings = Math.log(Math.max(1, figure / flap.reuse())) / Math.log(2);
            var calm = then.plus(
                    Duration.ofMillis((long) (halvings * flap.halfLife().toMillis())));
            var latest = since.plus(flap.max());
            return calm.isBefore(latest) ? calm : latest;
        }));
    }

    private static double ratio(Duration duration, Duration unit) {
        return (double) duration.toMillis() / unit.toMillis();
    }
}
