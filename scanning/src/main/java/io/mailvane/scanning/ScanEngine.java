package io.mailvane.scanning;

import java.util.Set;

/**
 * Something that can say what a message is. Every implementation passes {@code ScanEngineContract}. Any number of threads,
 * each of which blocks until it is answered.
 */
public interface ScanEngine {
    /** As the configuration names it: lower-case letters and digits. */
    String name();

    /** What it must find before it is trusted with mail; see {@link TestMessage}. */
    Set<TestMessage> mustFind();

    /**
     * Scans one message. The content may be opened more than once and is never held in memory as a whole; all streams are
     * closed on return. Content that has not as many octets as was said is none.
     *
     * @throws ScanException if it has no answer by the deadline, for whatever reason
     * @throws InterruptedException if the thread was interrupted, which ends the scan
     */
    Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException;
}
