package io.mailvane.appliance.config;

import io.mailvane.scanning.EngineAddress;
import io.mailvane.scanning.NoWorker;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How mail is scanned.
 *
 * @param engines as {@link EngineAddress#parse} reads them, in the order to ask; empty: nothing is scanned
 * @param deadline what a scan may take while a client waits, at all workers together
 */
public record ScanSettings(List<String> engines, NoWorker noWorker, Duration deadline, Workers workers) {
    public ScanSettings {
        engines = List.copyOf(engines);
    }

    /** Whether anything is scanned at all. */
    public boolean wanted() {
        return !engines.isEmpty();
    }

    /** What follows for all mail if no worker may ever run, unless it goes on all the same. */
    Optional<String> withoutWorkers() {
        if (!wanted() || workers.max() > 0) {
            return Optional.empty();
        }
        return switch (noWorker) {
            case QUEUE ->
                Optional.of("no worker may run, and with no-worker = \"queue\" no mail leaves unless released");
            case TEMPFAIL -> Optional.of("no worker may run, and with no-worker = \"tempfail\" no mail is taken");
            case PASS_MARKED -> Optional.empty();
        };
    }

    /**
     * The workers of this node.
     *
     * @param driver what starts and stops them
     * @param max 0: none may run
     * @param idle how long one has nothing to do before it is stopped
     * @param capacity scans that each runs at once
     */
    public record Workers(Driver driver, int min, int max, Duration idle, int capacity) {
        public Workers {
            if (min > max) {
                throw new IllegalArgumentException("min must not be above max, which is " + max);
            }
        }
    }

    /** What starts and stops workers. */
    public enum Driver {
        /** Processes of this machine. */
        PROCESS
    }
}
