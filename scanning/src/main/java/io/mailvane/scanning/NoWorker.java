package io.mailvane.scanning;

/** What becomes of mail that no worker gave a verdict while its client waited: the operator's choice. */
public enum NoWorker {
    /** It is taken, and may not leave before its scan. */
    QUEUE,
    /** Its client is to try again later. */
    TEMPFAIL,
    /** It goes on, and a field says that it was not scanned. */
    PASS_MARKED
}
