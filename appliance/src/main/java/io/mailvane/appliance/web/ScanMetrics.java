package io.mailvane.appliance.web;

import io.mailvane.mail.Verdict.Action;
import io.mailvane.scanning.ScanStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What Prometheus sees of scanning. */
final class ScanMetrics {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final Supplier<ScanView> scans;
    private final MeterRegistry registry;

    ScanMetrics(Supplier<ScanView> scans, MeterRegistry registry) {
        this.scans = scans;
        this.registry = registry;
    }

    /** Makes them known to the registry. */
    void show() {
        for (var action : Action.values()) {
            count("verdicts", "Verdicts", Tags.of("when", "session", "action", action.label()), s -> s.session(action));
            count("verdicts", "Verdicts", Tags.of("when", "queue", "action", action.label()), s -> s.backlog(action));
        }
        count("postponed", "Messages taken to be scanned later", Tags.empty(), ScanStats::toScan);
        count("tempfailed", "Messages whose clients try again, for want of a scan", Tags.empty(), ScanStats::notNow);
        count("unscanned", "Messages passed without a scan", Tags.empty(), ScanStats::unscanned);
        count("failed", "Scans without a verdict", Tags.empty(), ScanStats::failed);
        gauge(
                "room",
                "1 while mail is scanned as its client waits",
                s -> s.room().open() ? 1 : 0);
        gauge(
                "capacity",
                "Scans that the ready workers run at once",
                s -> s.load().capacity());
        gauge("running", "Scans that run", s -> s.load().running());
        gauge("waiting", "Scans that wait for a worker", s -> s.load().waiting());
        gauge(
                "seconds",
                "What a scan takes, as of late",
                s -> s.load().service().toNanos() / NANOS);
    }

    private void count(String name, String says, Tags tags, ToLongFunction<ScanStats> value) {
        FunctionCounter.builder(
                        "scan." + name, scans, s -> value.applyAsLong(s.get().stats()))
                .description(says)
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String says, ToDoubleFunction<ScanView> value) {
        Gauge.builder("scan." + name, scans, s -> value.applyAsDouble(s.get()))
                .description(says)
                .register(registry);
    }
}
