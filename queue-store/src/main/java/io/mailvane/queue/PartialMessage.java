package io.mailvane.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A message as replay sees it between BEGIN and COMMIT. One thread. */
final class PartialMessage {
    private final long begin;
    private final Instant received;
    private final List<Long> chunks = new ArrayList<>(1);
    private final List<Integer> lengths = new ArrayList<>(1);
    private boolean gap;

    PartialMessage(long begin, Instant received) {
        this.begin = begin;
        this.received = received;
    }

    /** What is left of a message that lost its BEGIN. */
    static PartialMessage remainder(long first, Instant received) {
        var remainder = new PartialMessage(first, received);
        remainder.gap = true;
        return remainder;
    }

    Instant received() {
        return received;
    }

    /** A chunk that is there twice counts once; one that is missing makes a gap. */
    void add(RecordHeader header, long location) {
        if (header.sequence() < chunks.size()) {
            return;
        }
        gap |= header.sequence() > chunks.size();
        chunks.add(location);
        lengths.add(header.length());
    }

    boolean wholeWith(Payloads.Commit commit) {
        return !gap && lengths.stream().mapToLong(Integer::longValue).sum() == commit.contentLength();
    }

    Placement placement(long commit, int commitLength) {
        return new Placement(
                begin,
                chunks.stream().mapToLong(Long::longValue).toArray(),
                lengths.stream().mapToInt(Integer::intValue).toArray(),
                commit,
                commitLength);
    }
}
