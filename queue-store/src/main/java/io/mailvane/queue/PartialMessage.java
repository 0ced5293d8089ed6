package io.mailvane.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/** A message as replay sees it between BEGIN and COMMIT. One thread. */
final class PartialMessage {
    private final long begin;
    private final Instant received;
    private final List<Long> chunks = new ArrayList<>(1);
    private final List<Integer> lengths = new ArrayList<>(1);
    private final CRC32C checksums = new CRC32C();
    private Optional<PartialMessage> before = Optional.empty();
    private boolean gap;

    /** @param begin where its BEGIN is, or, when that is lost, the first record that is left */
    PartialMessage(long begin, Instant received) {
        this.begin = begin;
        this.received = received;
    }

    /** A BEGIN again: a copy that starts over, or a record that was kept twice. What follows tells which. */
    PartialMessage begunAgain(long location, Instant again) {
        var anew = new PartialMessage(location, again);
        before = Optional.empty();
        anew.before = Optional.of(this);
        return anew;
    }

    Instant received() {
        return received;
    }

    private boolean awaits(int sequence) {
        return !gap && chunks.size() == sequence;
    }

    /** The message that goes on with this chunk: this one, or that before a BEGIN which was there twice. */
    PartialMessage continuedBy(RecordHeader chunk) {
        return before.filter(b -> chunk.sequence() > chunks.size() && b.awaits(chunk.sequence()))
                .orElse(this);
    }

    /** Adds a chunk. One that is there twice counts once; behind one that is missing nothing counts. */
    void add(RecordHeader chunk, long location) {
        gap |= chunk.sequence() > chunks.size();
        if (awaits(chunk.sequence())) {
            chunks.add(location);
            lengths.add(chunk.length());
            MessageRecords.add(checksums, chunk.payloadChecksum());
        }
    }

    /** The message that this COMMIT ends, as {@link #continuedBy}. */
    PartialMessage endedBy(Payloads.Commit commit) {
        return before.filter(b -> !wholeWith(commit) && b.wholeWith(commit)).orElse(this);
    }

    boolean wholeWith(Payloads.Commit commit) {
        return length() == commit.content().length()
                && (int) checksums.getValue() == commit.content().checksum();
    }

    private long length() {
        return lengths.stream().mapToLong(Integer::longValue).sum();
    }

    /** Where it lies; it is whole. */
    Placement placement(long commit, int commitLength) {
        return new Placement(
                begin,
                chunks.stream().mapToLong(Long::longValue).toArray(),
                lengths.stream().mapToInt(Integer::intValue).toArray(),
                commit,
                commitLength);
    }

    /** Where its content lies so far. */
    Placement content() {
        return placement(Location.NONE, 0);
    }

    /** What is left of one that is not whole: the chunks before the gap, and none where they are not this message's. */
    Placement rest(Payloads.Commit commit, long location, int commitLength) {
        return length() < commit.content().length()
                ? placement(location, commitLength)
                : new Placement(begin, new long[0], new int[0], location, commitLength);
    }
}
