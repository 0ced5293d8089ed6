package io.mailvane.sandbox;

/** What a command ends with; the numbers of all Mailvane commands. */
final class ExitStatus {
    static final int DONE = 0;
    /** Refused, or not found. */
    static final int REFUSED = 1;

    static final int USAGE = 2;
    /** The sandbox was not reached. */
    static final int NOT_REACHED = 3;
    /** A fault of our own. */
    static final int FAULT = 70;

    private ExitStatus() {}
}
