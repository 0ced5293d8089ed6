package io.mailvane.dnsbl;

/** Whether a list works. */
public enum ListState {
    OK,
    /** It does not answer, or was not asked yet. */
    UNKNOWN,
    REFUSED,
    BLIND,
    LIST_BROKEN,
    LIST_DEAD
}
