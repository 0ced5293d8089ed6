package io.mailvane.mail;

import java.util.Locale;

/** A scan worker's life, in this order; only a worker whose engine falls asleep goes back, from ready to starting. */
public enum WorkerState {
    /** Begun; its engines have not yet found their test messages. */
    STARTING,
    READY,
    /** Gets no more scans; those that run may end, and then it does. */
    DRAINING,
    GONE;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The word of REST, CLI and log. */
    public String label() {
        return label;
    }
}
