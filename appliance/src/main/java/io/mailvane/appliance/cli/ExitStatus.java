package io.mailvane.appliance.cli;

/** What a command ends with. */
final class ExitStatus {
    static final int DONE = 0;
    /** Refused, or not found. */
    static final int REFUSED = 1;

    static final int USAGE = 2;
    /** The node was not reached. */
    static final int NOT_REACHED = 3;
    /** A fault of our own. */
    static final int FAULT = 70;

    static final int CONFIGURATION = 78;

    /** What {@code dnsbl check} alone ends with: the habit of monitoring programs. */
    static final int MONITOR_WARNING = 1;

    static final int MONITOR_CRITICAL = 2;
    static final int MONITOR_UNKNOWN = 3;

    private ExitStatus() {}
}
