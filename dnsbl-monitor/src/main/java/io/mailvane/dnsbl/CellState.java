package io.mailvane.dnsbl;

/** What is known of an address on a list, of what has been confirmed. */
public enum CellState {
    /** No answer could be used yet. */
    NONE,
    CLEAN,
    /** Answered as listed, not yet confirmed: no effect on mail. */
    SUSPECT,
    LISTED,
    /** Answered as not listed, not yet for long enough: still counts as listed. */
    CLEARING;

    boolean isListed() {
        return this == LISTED || this == CLEARING;
    }
}
