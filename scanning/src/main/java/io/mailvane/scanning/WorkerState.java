package io.mailvane.scanning;

import java.util.Locale;

/** A worker's life, in this order; only a worker whose engine falls asleep goes back, from ready to starting. */
public enum WorkerState {
    /** Its engines have not yet found their test messages. */
    STARTING,
    READY,
    /** Takes no scan; those that run may end. */
    DRAINING,
    GONE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word of REST and CLI. */
    public String label() {
        return label;
    }
}
