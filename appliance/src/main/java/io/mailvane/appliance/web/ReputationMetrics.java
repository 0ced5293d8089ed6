package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.ReputationDesk;
import io.mailvane.dnsbl.AnswerClass;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.MonitorStats;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Reputation.CellView;
import io.mailvane.dnsbl.Reputation.ListView;
import io.mailvane.mail.SourceStanding;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Measures this node's addresses. What is not known is absent: a 0 would say that the address is clean. */
final class ReputationMetrics {
    private final ReputationDesk desk;
    private final MeterRegistry registry;
    private final MultiGauge cellState;
    private final MultiGauge listed;
    private final MultiGauge lastSuccess;
    private final MultiGauge controls;
    private final MultiGauge addressState;
    private final MultiGauge addressScore;
    /** What is counted already, by list: a counter is registered once. */
    private final Map<String, Set<AnswerClass>> counted = new ConcurrentHashMap<>();

    ReputationMetrics(ReputationDesk desk, MeterRegistry registry) {
        this.desk = desk;
        this.registry = registry;
        this.cellState = gauge("dnsbl.cell.state", "0 nothing known, 1 clean, 2 suspect, 3 listed, 4 clearing");
        this.listed = gauge("dnsbl.listed", "1 while listed; absent while that is not known");
        this.lastSuccess = gauge("dnsbl.last.success.timestamp.seconds", "When an answer of the list last counted");
        this.controls = gauge("dnsbl.control.ok", "1 while the list's test entry is as it must be");
        this.addressState = gauge("egress.ip.state", "State of a source address, by number");
        this.addressScore = gauge("egress.ip.score", "What the lists that name the address weigh");
    }

    private MultiGauge gauge(String name, String says) {
        return MultiGauge.builder(name).description(says).register(registry);
    }

    /** Brings all of them up to now; before each scrape. */
    void refresh() {
        var reputation = desk.monitored().reputation();
        var cells = reputation.cells();
        cellState.register(rows(cells.stream().map(cell -> Row.of(tags(cell), number(cell.state())))), true);
        listed.register(
                rows(cells.stream()
                        .filter(cell -> cell.listed().isPresent())
                        .map(cell -> Row.of(
                                tags(cell), cell.listed().filter(yes -> yes).isPresent() ? 1 : 0))),
                true);
        lastSuccess.register(lastSuccess(reputation), true);
        controls.register(rows(reputation.lists().stream().flatMap(ReputationMetrics::controls)), true);
        addressState.register(
                rows(reputation.addresses().stream()
                        .map(card -> Row.of(Tags.of("ip", card.ip()), number(card.state())))),
                true);
        addressScore.register(
                rows(reputation.addresses().stream()
                        .filter(card -> card.state() != SourceStanding.State.RETIRED)
                        .map(card -> Row.of(Tags.of("ip", card.ip()), card.score()))),
                true);
        desk.monitored().stats().answers().forEach((list, answers) -> {
            var known = counted.computeIfAbsent(list, each -> {
                time(each);
                return ConcurrentHashMap.newKeySet();
            });
            answers.keySet().stream().filter(known::add).forEach(outcome -> count(list, outcome));
        });
    }

    private static List<Row<?>> rows(Stream<Row<Number>> rows) {
        return rows.<Row<?>>map(row -> row).toList();
    }

    private static Tags tags(CellView cell) {
        return Tags.of("ip", cell.ip(), "list", cell.list());
    }

    private static List<Row<?>> lastSuccess(Reputation reputation) {
        var rows = new ArrayList<Row<?>>();
        for (var list : reputation.lists()) {
            reputation.cells().stream()
                    .filter(cell -> cell.list().equals(list.id()))
                    .flatMap(cell -> cell.times().lastVerified().stream())
                    .max(Instant::compareTo)
                    .ifPresent(at -> rows.add(Row.of(Tags.of("list", list.id()), at.getEpochSecond())));
        }
        return rows;
    }

    /** A test entry that the list does not have, or that was never seen, is absent. */
    private static Stream<Row<Number>> controls(ListView list) {
        return list.controls().entrySet().stream()
                .filter(control -> !control.getValue().equals("none")
                        && !control.getValue().equals("never"))
                .map(control -> Row.of(
                        Tags.of("list", list.id(), "kind", control.getKey().toString()),
                        control.getValue().equals("ok") ? 1 : 0));
    }

    private void count(String list, AnswerClass outcome) {
        FunctionCounter.builder("dnsbl.query", desk, d -> answered(d.monitored().stats(), list, outcome))
                .description("Questions about our addresses, by what came of them")
                .tags(
                        "list",
                        list,
                        "outcome",
                        outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .register(registry);
    }

    private static long answered(MonitorStats stats, String list, AnswerClass outcome) {
        return stats.answers().getOrDefault(list, Map.of()).getOrDefault(outcome, 0L);
    }

    private void time(String list) {
        FunctionTimer.builder(
                        "dnsbl.query",
                        desk,
                        d -> d.monitored().stats().answers().getOrDefault(list, Map.of()).values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        d -> d.monitored().stats().seconds().getOrDefault(list, 0.0),
                        TimeUnit.SECONDS)
                .description("How long the lists take to answer")
                .tags("list", list)
                .register(registry);
    }

    private static int number(CellState state) {
        return switch (state) {
            case NONE -> 0;
            case CLEAN -> 1;
            case SUSPECT -> 2;
            case LISTED -> 3;
            case CLEARING -> 4;
        };
    }

    private static int number(SourceStanding.State state) {
        return switch (state) {
            case NEW -> 0;
            case ADMISSION -> 1;
            case WARMING -> 2;
            case ACTIVE -> 3;
            case DEGRADED -> 4;
            case QUARANTINED -> 5;
            case RECOVERING -> 6;
            case LAST_RESORT -> 7;
            case DRAINING -> 8;
            case DISABLED -> 9;
            case RETIRED -> 10;
        };
    }
}
