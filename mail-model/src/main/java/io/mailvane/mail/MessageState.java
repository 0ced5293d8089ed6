package io.mailvane.mail;

/** Where a queued message stands. */
public enum MessageState {
    /** Waits for its verdict and may not leave. */
    TO_SCAN("to-scan"),
    /** Due, or being delivered. */
    ACTIVE("active"),
    /** Waits for the next attempt. */
    DEFERRED("deferred"),
    /** Stopped by an operator until released. */
    HELD("held"),
    /** A verdict keeps it; it never leaves by itself. */
    QUARANTINED("quarantined"),
    /** Every recipient's outcome is written. */
    SETTLED("settled");

    private final String label;

    MessageState(String label) {
        this.label = label;
    }

    /** The word of REST and CLI. */
    public String label() {
        return label;
    }
}
