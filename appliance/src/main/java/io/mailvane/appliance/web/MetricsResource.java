package io.mailvane.appliance.web;

import io.mailvane.queue.QueueCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What Prometheus scrapes; every name begins {@code mailvane_}, and {@code docs/operations.md} has them all. */
@Path("/metrics")
public final class MetricsResource {
    private static final double MILLIS = 1000;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final WebParts parts;
    private final ReputationMetrics reputation;
    private final RouteMetrics routes;

    MetricsResource(WebParts parts, PeerWatch peers) {
        this.parts = parts;
        registry.config().meterFilter(prefixed());
        new JvmMemoryMetrics().bindTo(registry);
        showNode();
        showTakeovers();
        showQueue();
        countIncoming();
        countOutgoing();
        new ScanMetrics(parts.scans(), registry).show();
        new WorkerMetrics(parts.workers(), registry).show();
        new VolumeMetrics(parts.volume(), registry).show();
        this.reputation = new ReputationMetrics(parts.reputation(), registry);
        this.routes = new RouteMetrics(parts.reputation(), parts.strikes().counts(), registry);
        peers.views()
                .forEach(peer -> gauge(
                        "peer.up",
                        "1 while the peer answers",
                        Tags.of("peer", peer.node()),
                        _ -> peers.isUp(peer.node()) ? 1 : 0));
    }

    private static MeterFilter prefixed() {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.withName("mailvane." + id.getName());
            }
        };
    }

    private void showNode() {
        gauge(
                "accepting",
                "1 while mail is taken",
                Tags.empty(),
                p -> p.status().get().state() == NodeStatus.State.ACCEPTING ? 1 : 0);
        gauge(
                "start.time.seconds",
                "When the process began, in seconds of the epoch",
                Tags.empty(),
                p -> p.status().get().started().toEpochMilli() / MILLIS);
    }

    private void showTakeovers() {
        gauge(
                "lease.epoch",
                "Epoch of the lease on the node's own partition",
                Tags.empty(),
                p -> p.status().get().epoch());
        gauge(
                "lease.held",
                "1 while the lease on the node's own partition holds",
                Tags.empty(),
                p -> p.status().get().partitions().stream()
                                .limit(1)
                                .anyMatch(own -> own.lease().isAfter(p.clock().instant()))
                        ? 1
                        : 0);
        gauge(
                "partitions",
                "Partitions that the node delivers from",
                Tags.empty(),
                p -> p.status().get().partitions().size());
        takenOver("adoptions", "Partitions that were adopted", Takeovers::count);
        takenOver("adopted.messages", "Messages that were queued in them", Takeovers::messages);
        takenOver("adopted.in.doubt", "Of those, messages that may arrive twice", Takeovers::inDoubt);
    }

    private void takenOver(String name, String says, ToLongFunction<Takeovers> value) {
        FunctionCounter.builder(
                        name, parts, p -> value.applyAsLong(p.status().get().takeovers()))
                .description(says)
                .register(registry);
    }

    private void showQueue() {
        queued("to-scan", QueueCounts::toScan);
        queued("active", QueueCounts::active);
        queued("deferred", QueueCounts::deferred);
        queued("held", QueueCounts::held);
        queued("quarantined", QueueCounts::quarantined);
        gauge(
                "queue.recipients",
                "Recipients that wait",
                Tags.empty(),
                p -> p.queue().counts().recipients());
        gauge("queue.oldest.seconds", "Age of the oldest queued message", Tags.empty(), MetricsResource::ageOfOldest);
    }

    /** Never below 0: who took it may have gone by a clock that is ahead of ours. */
    private static double ageOfOldest(WebParts parts) {
        return parts.queue()
                .counts()
                .oldest()
                .map(oldest -> Duration.between(oldest, parts.clock().instant()).toMillis() / MILLIS)
                .filter(age -> age > 0)
                .orElse(0.0);
    }

    private void countIncoming() {
        gauge(
                "sessions.open",
                "SMTP sessions just now",
                Tags.empty(),
                p -> p.traffic().get().incoming().sessionsOpen());
        incoming("sessions", "SMTP sessions", Traffic.Incoming::sessions);
        incoming("messages.accepted", "Messages answered 250", Traffic.Incoming::accepted);
        incoming("messages.refused", "Messages answered 5yz", Traffic.Incoming::refused);
        incoming("messages.tempfailed", "Messages answered 4yz", Traffic.Incoming::deferred);
        incoming("content.octets", "Octets of accepted content", Traffic.Incoming::octets);
    }

    private void countOutgoing() {
        count("recipients.relayed", "Attempts that relayed", p -> p.outgoing().relayed());
        count("recipients.deferred", "Attempts that deferred", p -> p.outgoing().deferred());
        count("recipients.failed", "Attempts that failed", p -> p.outgoing().failed());
        count(
                "connections.opened",
                "Connections of our SMTP client",
                p -> p.outgoing().connectionsOpened());
        count("faults", "Faults of our own in delivery", p -> p.outgoing().faults());
    }

    private void queued(String state, ToLongFunction<QueueCounts> value) {
        gauge(
                "queue.messages",
                "Queued messages by state",
                Tags.of("state", state),
                p -> value.applyAsLong(p.queue().counts()));
    }

    private void incoming(String name, String says, ToLongFunction<Traffic.Incoming> value) {
        count(name, says, traffic -> value.applyAsLong(traffic.incoming()));
    }

    private void gauge(String name, String says, Tags tags, ToDoubleFunction<WebParts> value) {
        Gauge.builder(name, parts, value).description(says).tags(tags).register(registry);
    }

    private void count(String name, String says, ToLongFunction<Traffic> value) {
        FunctionCounter.builder(name, parts, p -> value.applyAsLong(p.traffic().get()))
                .description(says)
                .register(registry);
    }

    @GET
    @Produces("text/plain; version=0.0.4; charset=utf-8")
    public String scrape() {
        reputation.refresh();
        routes.refresh();
        return registry.scrape();
    }
}
