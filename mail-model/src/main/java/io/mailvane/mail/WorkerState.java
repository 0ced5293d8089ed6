package io.mailvane.scaling;

import java.util.Locale;

/** A worker's life, in this order; only a worker whose engine falls asleep goes back, from ready to starting. */
public enum WorkerState {
    /** Begun, and not yet able to scan. */
    STARTING,
    READY,
    /** Gets no more scans, and ends when it has none. */
    DRAINING,
    GONE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word of REST, CLI and log. */
    public String label() {
        return label;
    }
}
