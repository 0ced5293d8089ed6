package io.mailvane.scanning;

import io.mailvane.mail.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Mail that was taken and may not leave before its scan. Any number of threads. */
public interface Backlog {
    /**
     * A message that waits.
     *
     * @param age since it was taken
     */
    record Waiting(ScanRequest request, Duration age) {}

    /**
     * Waits at most {@code timeout} for a message, and gives it to the caller alone, who owes {@link #judge} or {@link #later}.
     *
     * @return empty also when there will be none any more
     */
    Optional<Waiting> take(Duration timeout) throws InterruptedException;

    /**
     * Says what the scan found; the message leaves, or is kept.
     *
     * @throws IOException if that could not be written: it waits still
     */
    void judge(String qid, Verdict verdict) throws IOException;

    /** Gives it back for {@code wait}. */
    void later(String qid, Duration wait);
}
