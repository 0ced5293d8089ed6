package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.Refusals.Refused;
import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.LaneAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.SmarthostAnswer;
import io.mailvane.appliance.reputation.RoutingAnswer.WarmUpAnswer;
import io.mailvane.dnsbl.Reputation.AddressCard;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Measures by which ways mail leaves. */
final class RouteMetrics {
    private final ReputationDesk desk;
    private final Supplier<Map<Refused, Long>> refusals;
    private final MeterRegistry registry;
    /** What is counted already: a counter is registered once. */
    private final Set<Refused> counted = ConcurrentHashMap.newKeySet();

    private final MultiGauge laneState;
    private final MultiGauge smarthostLaneState;
    private final MultiGauge warmUpUsed;
    private final MultiGauge warmUpCeiling;
    private final MultiGauge share;
    private final MultiGauge breaker;
    private final MultiGauge quotaLeft;

    RouteMetrics(ReputationDesk desk, Supplier<Map<Refused, Long>> refusals, MeterRegistry registry) {
        this.desk = desk;
        this.refusals = refusals;
        this.registry = registry;
        this.laneState = gauge(
                registry,
                "egress.lane.state",
                "Of an address to one receiver: 0 OPEN, 1 SLOW, 2 COOLDOWN, 3 BLOCKED, 4 PROBING; absent: OPEN");
        this.smarthostLaneState = gauge(
                registry, "smarthost.lane.state", "Of a smarthost to one receiver, as mailvane_egress_lane_state");
        this.warmUpUsed = gauge(
                registry,
                "egress.warmup.used",
                "Recipients that a receiver was given today of an address that is new to it");
        this.warmUpCeiling = gauge(registry, "egress.warmup.ceiling", "Of them; absent: no limit any more");
        this.share = gauge(registry, "egress.share.ratio", "Part of a receiver's mail of the last 15 minutes");
        this.breaker = gauge(
                registry,
                "smarthost.breaker.state",
                "0 closed, 1 half open, 2 open, 3 open for refused credentials, 4 closed by quota");
        this.quotaLeft = gauge(registry, "smarthost.quota.remaining", "Recipients; absent: no limit");
        for (var reason : List.of("no-route", "block", "rate", "turn")) {
            Gauge.builder("hold.messages", desk, d -> d.routing().waitingFor().getOrDefault(reason, 0))
                    .description("Messages that wait because of our addresses")
                    .tags("reason", reason)
                    .register(registry);
        }
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String says) {
        return MultiGauge.builder(name).description(says).register(registry);
    }

    void refresh() {
        var now = desk.routing();
        var smarthosts = now.smarthosts().stream().map(SmarthostAnswer::name).collect(Collectors.toSet());
        var addresses = addresses();
        var lanes = now.lanes().stream().collect(Collectors.partitioningBy(lane -> smarthosts.contains(lane.route())));
        laneState.register(
                rows(lanes.getOrDefault(false, List.of()).stream()
                        .map(lane -> lane("ip", addresses.getOrDefault(lane.route(), lane.route()), lane))),
                true);
        smarthostLaneState.register(
                rows(lanes.getOrDefault(true, List.of()).stream().map(lane -> lane("smarthost", lane.route(), lane))),
                true);
        warmUpUsed.register(rows(warming(now).map(each -> Row.of(warmUp(addresses, each), each.used()))), true);
        warmUpCeiling.register(
                rows(warming(now)
                        .flatMap(each -> each.ceiling().stream().map(most -> Row.of(warmUp(addresses, each), most)))),
                true);
        refusals.get().keySet().forEach(this::count);
        share.register(rows(shares(now)), true);
        breaker.register(
                rows(now.smarthosts().stream()
                        .map(each -> Row.of(Tags.of("smarthost", each.name()), breaker(each.state())))),
                true);
        quotaLeft.register(
                rows(now.smarthosts().stream()
                        .flatMap(each ->
                                each.left().stream().map(left -> Row.of(Tags.of("smarthost", each.name()), left)))),
                true);
    }

    /** Those that have a day running. */
    private static Stream<WarmUpAnswer> warming(RoutingAnswer now) {
        return now.warmUps().stream().filter(each -> each.until().isPresent());
    }

    private static Tags warmUp(Map<String, String> addresses, WarmUpAnswer lane) {
        return Tags.of("ip", addresses.getOrDefault(lane.route(), lane.route()), "provider", lane.provider());
    }

    private static Stream<Row<Number>> shares(RoutingAnswer now) {
        return now.choices().stream()
                .flatMap(choice -> choice.lately().stream()
                        .map(each ->
                                Row.of(Tags.of("route", each.route(), "provider", choice.provider()), each.share())));
    }

    private static List<Row<?>> rows(Stream<Row<Number>> rows) {
        return rows.<Row<?>>map(row -> row).toList();
    }

    /** What the world sees, by the name of the source. */
    private Map<String, String> addresses() {
        return desk.monitored().reputation().addresses().stream()
                .collect(Collectors.toUnmodifiableMap(AddressCard::source, AddressCard::ip, (one, other) -> one));
    }

    private void count(Refused refused) {
        if (!counted.add(refused)) {
            return;
        }
        FunctionCounter.builder("receiver.block", refusals, all -> all.get().getOrDefault(refused, 0L))
                .description("Replies that refused an address of ours")
                .tags(
                        "ip",
                        refused.ip(),
                        "provider",
                        refused.provider().id(),
                        "class",
                        refused.replyClass().name())
                .register(registry);
    }

    private static Row<Number> lane(String kind, String way, LaneAnswer lane) {
        return Row.of(Tags.of(kind, way, "provider", lane.provider()), lane(lane.state()));
    }

    private static int lane(String state) {
        return List.of("OPEN", "SLOW", "COOLDOWN", "BLOCKED", "PROBING").indexOf(state);
    }

    private static int breaker(String state) {
        return List.of("CLOSED", "HALF_OPEN", "OPEN", "OPEN_FOR_AUTH", "QUOTA_CLOSED")
                .indexOf(state);
    }
}
