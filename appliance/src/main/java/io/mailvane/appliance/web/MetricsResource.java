package io.mailvane.appliance.web;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** What Prometheus scrapes; every name begins {@code mailvane_}. */
@Path("/metrics")
public final class MetricsResource {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    MetricsResource(WebParts parts) {
        registry.config().meterFilter(prefixed());
        new JvmMemoryMetrics().bindTo(registry);
        countQueue(parts);
        count(
                "sessions",
                "SMTP sessions",
                parts,
                p -> p.traffic().get().incoming().sessions());
        count(
                "messages.accepted",
                "Messages answered 250",
                parts,
                p -> p.traffic().get().incoming().accepted());
        count(
                "messages.refused",
                "Messages answered 5yz",
                parts,
                p -> p.traffic().get().incoming().refused());
        count(
                "messages.tempfailed",
                "Messages answered 4yz",
                parts,
                p -> p.traffic().get().incoming().deferred());
        count(
                "content.octets",
                "Octets of accepted content",
                parts,
                p -> p.traffic().get().incoming().octets());
        count(
                "recipients.relayed",
                "Attempts that relayed",
                parts,
                p -> p.traffic().get().outgoing().relayed());
        count(
                "recipients.deferred",
                "Attempts that deferred",
                parts,
                p -> p.traffic().get().outgoing().deferred());
        count(
                "recipients.failed",
                "Attempts that failed",
                parts,
                p -> p.traffic().get().outgoing().failed());
        count(
                "faults",
                "Faults of our own",
                parts,
                p -> p.traffic().get().outgoing().faults());
    }

    private static MeterFilter prefixed() {
        return new MeterFilter() {
            @Override
            public io.micrometer.core.instrument.Meter.Id map(io.micrometer.core.instrument.Meter.Id id) {
                return id.withName("mailvane." + id.getName());
            }
        };
    }

    private void countQueue(WebParts parts) {
        queued("total", parts, p -> p.queue().counts().total());
        queued("to-scan", parts, p -> p.queue().counts().toScan());
        queued("active", parts, p -> p.queue().counts().active());
        queued("deferred", parts, p -> p.queue().counts().deferred());
        queued("held", parts, p -> p.queue().counts().held());
        queued("quarantined", parts, p -> p.queue().counts().quarantined());
        gauge(
                "queue.oldest.seconds",
                "Age of the oldest queued message",
                parts,
                p -> p.queue()
                        .counts()
                        .oldest()
                        .map(oldest ->
                                Duration.between(oldest, p.clock().instant()).toMillis() / 1000.0)
                        .orElse(0.0));
        gauge(
                "sessions.open",
                "SMTP sessions just now",
                parts,
                p -> p.traffic().get().incoming().sessionsOpen());
        gauge(
                "accepting",
                "1 while mail is taken",
                parts,
                p -> p.status().get().state() == NodeStatus.State.ACCEPTING ? 1 : 0);
    }

    private void queued(String state, WebParts parts, ToDoubleFunction<WebParts> value) {
        Gauge.builder("queue.messages", parts, value)
                .description("Queued messages by state")
                .tag("state", state)
                .strongReference(true)
                .register(registry);
    }

    private void gauge(String name, String says, WebParts parts, ToDoubleFunction<WebParts> value) {
        Gauge.builder(name, parts, value)
                .description(says)
                .strongReference(true)
                .register(registry);
    }

    private void count(String name, String says, WebParts parts, ToDoubleFunction<WebParts> value) {
        FunctionCounter.builder(name, parts, value).description(says).register(registry);
    }

    @GET
    @Produces("text/plain; version=0.0.4; charset=utf-8")
    public String scrape() {
        return registry.scrape();
    }
}
