package io.mailvane.appliance.web;

import io.mailvane.storage.Space;
import io.mailvane.storage.VolumeStatus;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The volume under the queue, as REST answers and the start page shows. What is not known is absent.
 *
 * @param state healthy, degraded, low, read-only, gone, hung or unknown
 * @param reasons what is wrong with it, the worst first
 * @param forceSeconds what a force took the last time
 * @param freeInodes absent also where the file system does not count them
 */
public record VolumeAnswer(
        String state,
        List<String> reasons,
        Optional<Long> freeOctets,
        Optional<Long> octets,
        Optional<Long> freeInodes,
        Optional<Double> forceSeconds,
        Optional<Copies> copies) {
    private static final double NANOS = 1e9;
    private static final double GIBI = 1L << 30;

    /**
     * How the copies of replicated storage stand.
     *
     * @param up bricks that answer, of {@code all}
     * @param toHeal files and folders whose copies differ yet
     * @param splitBrain of which nobody knows the right copy
     */
    public record Copies(int up, int all, long toHeal, long splitBrain) {}

    static VolumeAnswer of(VolumeStatus status) {
        var space = status.space();
        return new VolumeAnswer(
                status.state().label(),
                status.reasons(),
                space.map(Space::freeOctets),
                space.map(Space::octets),
                space.filter(Space::countsInodes).map(Space::freeInodes),
                status.force().map(VolumeAnswer::seconds),
                status.copies().map(c -> new Copies(c.up(), c.all(), c.toHeal(), c.splitBrain())));
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / NANOS;
    }

    /** What is left of it, in words; empty if that is not known. */
    public String room() {
        return freeOctets
                .flatMap(free -> octets.map(
                        all -> String.format(Locale.ROOT, "%.1f GiB free of %.1f GiB", free / GIBI, all / GIBI)))
                .orElse("");
    }
}
