package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.SmarthostAnswer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.stream.Stream;

/** Measures by which ways mail leaves. */
final class RouteMetrics {
    private final ReputationDesk desk;
    private final MultiGauge laneState;
    private final MultiGauge share;
    private final MultiGauge breaker;
    private final MultiGauge quotaLeft;

    RouteMetrics(ReputationDesk desk, MeterRegistry registry) {
        this.desk = desk;
        this.laneState = gauge(
                registry,
                "egress.lane.state",
                "Of a way to one receiver: 0 OPEN, 1 SLOW, 2 COOLDOWN, 3 BLOCKED, 4 PROBING; absent: OPEN");
        this.share = gauge(registry, "egress.share.ratio", "Part of a receiver's mail of the last 15 minutes");
        this.breaker = gauge(
                registry,
                "smarthost.breaker.state",
                "0 closed, 1 half open, 2 open, 3 open for refused credentials, 4 closed by quota");
        this.quotaLeft = gauge(registry, "smarthost.quota.remaining", "Recipients; absent: no limit");
        Gauge.builder("hold.messages", desk, d -> d.routing().waiting())
                .description("Messages that wait because of our addresses")
                .tags("reason", "route")
                .register(registry);
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String says) {
        return MultiGauge.builder(name).description(says).register(registry);
    }

    void refresh() {
        var now = desk.routing();
        laneState.register(
                rows(now.lanes().stream()
                        .map(lane -> Row.of(
                                Tags.of("route", lane.route(), "provider", lane.provider()), lane(lane.state())))),
                true);
        share.register(rows(shares(now)), true);
        breaker.register(
                rows(now.smarthosts().stream()
                        .map(each -> Row.of(Tags.of("smarthost", each.name()), breaker(each.state())))),
                true);
        quotaLeft.register(
                rows(now.smarthosts().stream()
                        .flatMap(each -> left(each).map(left -> Row.of(Tags.of("smarthost", each.name()), left)))),
                true);
    }

    private static Stream<Row<Number>> shares(RoutingAnswer now) {
        return now.choices().stream()
                .flatMap(choice -> choice.lately().stream()
                        .map(each ->
                                Row.of(Tags.of("route", each.route(), "provider", choice.provider()), each.share())));
    }

    private static Stream<Long> left(SmarthostAnswer smarthost) {
        return smarthost.quota().stream().map(quota -> Math.max(0, quota - smarthost.used()));
    }

    private static List<Row<?>> rows(Stream<Row<Number>> rows) {
        return rows.<Row<?>>map(row -> row).toList();
    }

    private static int lane(String state) {
        return List.of("OPEN", "SLOW", "COOLDOWN", "BLOCKED", "PROBING").indexOf(state);
    }

    private static int breaker(String state) {
        return List.of("CLOSED", "HALF_OPEN", "OPEN", "OPEN_FOR_AUTH", "QUOTA_CLOSED")
                .indexOf(state);
    }
}
