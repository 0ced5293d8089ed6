package io.mailvane.dnsbl;

/** What an operator may do with a source address. */
public enum Operation {
    /** No new message; what is under way ends. */
    DRAIN,
    DISABLE,
    /** For good: it is no longer asked for. */
    RETIRE,
    /** Back in use, by the ramp. */
    ENABLE
}
