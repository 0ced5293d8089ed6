package io.mailvane.appliance.web;

import io.mailvane.storage.Copies;
import io.mailvane.storage.Space;
import io.mailvane.storage.VolumeState;
import io.mailvane.storage.VolumeStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Measures the volume under the queue; what is not known is not a number. */
final class VolumeMetrics {
    private final Supplier<VolumeStatus> volume;
    private final MeterRegistry registry;

    VolumeMetrics(Supplier<VolumeStatus> volume, MeterRegistry registry) {
        this.volume = volume;
        this.registry = registry;
    }

    /** Makes them known to the registry. */
    void show() {
        for (var state : VolumeState.values()) {
            Gauge.builder("volume.state", volume, current -> current.get().state() == state ? 1 : 0)
                    .description("1 for the state that the volume is in")
                    .tags(Tags.of("state", state.label()))
                    .register(registry);
        }
        gauge("volume.free.bytes", "What is left of the volume", s -> s.space().map(Space::freeOctets));
        gauge(
                "volume.size.bytes",
                "What the volume holds in all",
                s -> s.space().map(Space::octets));
        gauge(
                "volume.free.inodes",
                "Files that can be made yet",
                s -> s.space().filter(Space::countsInodes).map(Space::freeInodes));
        gauge(
                "volume.force.seconds",
                "What a force took the last time",
                s -> s.force().map(VolumeAnswer::seconds));
        gauge("volume.copies.up", "Bricks that answer", s -> s.copies().map(Copies::up));
        gauge(
                "volume.copies.all",
                "Bricks that there should be",
                s -> s.copies().map(Copies::all));
        gauge(
                "volume.heal.entries",
                "Files whose copies differ",
                s -> s.copies().map(Copies::toHeal));
        gauge(
                "volume.split.brain.entries",
                "Files of which nobody knows the right copy",
                s -> s.copies().map(Copies::splitBrain));
    }

    private void gauge(String name, String says, Function<VolumeStatus, Optional<? extends Number>> value) {
        Gauge.builder(
                        name,
                        volume,
                        current -> value.apply(current.get())
                                .map(Number::doubleValue)
                                .orElse(Double.NaN))
                .description(says)
                .register(registry);
    }
}
