package io.mailvane.mail;

import java.util.List;

/** What came of having a message scanned while its client waits. */
public sealed interface ScanOutcome {
    /** It was scanned. */
    record Judged(Verdict verdict) implements ScanOutcome {}

    /** It is to be taken, and may not leave before its scan. */
    record ToScan() implements ScanOutcome {}

    /** Its client is to try again later. */
    record NotNow() implements ScanOutcome {}

    /**
     * It goes on without a scan, because nothing is scanned or the operator wants it so.
     *
     * @param fields that say so to its readers; none where nothing is scanned
     */
    record Unscanned(List<ResultField> fields) implements ScanOutcome {
        public Unscanned {
            fields = List.copyOf(fields);
        }
    }
}
