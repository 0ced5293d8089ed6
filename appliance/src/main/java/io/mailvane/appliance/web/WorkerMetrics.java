package io.mailvane.appliance.web;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.Crew;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Supplier;

/** Measures the scan workers. */
final class WorkerMetrics {
    private final Supplier<Crew> crew;
    private final MeterRegistry registry;

    WorkerMetrics(Supplier<Crew> crew, MeterRegistry registry) {
        this.crew = crew;
        this.registry = registry;
    }

    /** Makes them known to the registry. */
    void show() {
        for (var state : WorkerState.values()) {
            Gauge.builder("workers", crew, current -> count(current.get(), state))
                    .description("Scan workers by state; those that have gone, for ten seconds")
                    .tags(Tags.of("state", state.label()))
                    .register(registry);
        }
        Gauge.builder("workers.wanted", crew, current -> current.get().wanted())
                .description("Scan workers that the load asks for")
                .register(registry);
    }

    private static long count(Crew crew, WorkerState state) {
        return crew.workers().stream().filter(worker -> worker.state() == state).count();
    }
}
