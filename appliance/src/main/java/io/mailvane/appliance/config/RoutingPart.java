package io.mailvane.appliance.config;

import io.mailvane.dnsbl.RoutingSettings;
import io.mailvane.route.Ramp;
import io.mailvane.route.RoutingSettings.Thresholds;
import io.mailvane.route.RoutingSettings.WhenNoRoute;
import java.util.Map;

/** {@code [routing]}: what a listing does to an address of ours. */
final class RoutingPart {
    private static final int WHOLE = 100;
    private static final double HIGHEST = 1_000_000;

    private final Section routing;
    private final Numbers numbers;

    RoutingPart(Section top) {
        this.routing = top.section("routing");
        this.numbers = new Numbers(routing);
    }

    RoutingSettings settings() {
        var base = RoutingSettings.DEFAULT;
        var flap = flap(base.flap());
        var settings = numbers.checked(
                base,
                () -> new RoutingSettings(
                        numbers.decimal("score-out", 0, WHOLE, base.scoreOut()),
                        numbers.decimal("score-degraded", 0, WHOLE, base.scoreDegraded()),
                        numbers.decimal("score-watch", 0, WHOLE, base.scoreWatch()),
                        numbers.decimal("minor-cap", 0, WHOLE, base.minorCap()),
                        routing.get("ramp", Reading.someOf(Reading.number(1, WHOLE)), base.ramp()),
                        numbers.time("ramp-step", base.rampStep()),
                        numbers.time("ramp-step-max", base.rampStepMax()),
                        numbers.time("warm-step", base.warmStep()),
                        routing.get(
                                        "when-no-route",
                                        Reading.word(Map.of("hold", "hold", "last-resort", "last-resort")),
                                        "last-resort")
                                .equals("last-resort"),
                        flap));
        routing.end();
        return settings;
    }

    /** The same numbers, for the choice of a way. */
    static io.mailvane.route.RoutingSettings choice(RoutingSettings judged) {
        var base = io.mailvane.route.RoutingSettings.DEFAULT;
        return new io.mailvane.route.RoutingSettings(
                judged.lastResort() ? WhenNoRoute.LAST_RESORT : WhenNoRoute.HOLD,
                new Thresholds(judged.scoreWatch(), judged.scoreDegraded(), judged.scoreOut()),
                base.switches(),
                base.struckAddresses(),
                base.strikeWindow(),
                base.greylistPin(),
                base.patience(),
                base.bulkBySmarthost(),
                base.lanes(),
                new Ramp.Steps(judged.ramp(), judged.rampStep(), judged.rampStepMax()),
                base.smarthosts());
    }

    private RoutingSettings.Flap flap(RoutingSettings.Flap base) {
        return numbers.checked(
                base,
                () -> new RoutingSettings.Flap(
                        numbers.decimal("flap-penalty", 1, HIGHEST, base.penalty()),
                        numbers.time("flap-half-life", base.halfLife()),
                        numbers.decimal("flap-suppress", 1, HIGHEST, base.suppress()),
                        numbers.decimal("flap-reuse", 1, HIGHEST, base.reuse()),
                        numbers.time("flap-max", base.max())));
    }
}
