package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of one message under construction, BEGIN to COMMIT, in a buffer that may be appended and cleared in between.
 * One thread builds; {@link #place} runs on the writer's while the builder waits for it.
 */
final class MessageRecords {
    private static final int CHUNK = 64 << 10;

    private final RecordBuffer buffer;
    private final QueueId id;
    /** Records that are complete in the buffer, and not placed yet. */
    private final List<Part> parts = new ArrayList<>(3);

    private final List<Placed> placed = new ArrayList<>(3);
    private int chunks;
    private boolean chunkOpen;

    private record Part(RecordType type, int at, int length) {}

    private record Placed(RecordType type, long location, int length) {}

    MessageRecords(RecordBuffer buffer, QueueId id, Instant received) {
        this.buffer = buffer;
        this.id = id;
        int at = buffer.beginRecord();
        Payloads.write(buffer, new Payloads.Begin(received));
        end(RecordType.BEGIN, 0, at);
    }

    private void end(RecordType type, int sequence, int at) {
        int length = buffer.endRecord(new RecordHeader.Label(type, sequence, id.text()));
        parts.add(new Part(type, at, length));
    }

    /** Adds to the content until a chunk is full; returns how many octets that took. */
    int put(byte[] octets, int offset, int length) {
        if (!chunkOpen) {
            buffer.beginRecord();
            chunkOpen = true;
        }
        int taken = Math.min(length, CHUNK - buffer.openPayload());
        buffer.putRaw(octets, offset, taken);
        return taken;
    }

    /** Adds content of any length, all of it in this buffer. */
    void putAll(byte[] octets) {
        for (int at = 0; at < octets.length; ) {
            at += put(octets, at, octets.length - at);
            endFullChunk();
        }
    }

    /** Completes the chunk if it is full; tells whether it did. */
    boolean endFullChunk() {
        boolean full = chunkOpen && buffer.openPayload() == CHUNK;
        if (full) {
            endChunk();
        }
        return full;
    }

    private void endChunk() {
        end(RecordType.CHUNK, chunks++, buffer.openRecord());
        chunkOpen = false;
    }

    void end(Payloads.Commit commit) {
        if (chunkOpen) {
            endChunk();
        }
        int at = buffer.beginRecord();
        Payloads.write(buffer, commit);
        end(RecordType.COMMIT, 0, at);
    }

    /** Notes where the complete records lie now. */
    void place(Segment segment, long base) {
        for (var part : parts) {
            placed.add(new Placed(part.type(), Location.of(segment.number(), base + part.at()), part.length()));
        }
        parts.clear();
    }

    /** Where all of it lies, once the COMMIT is placed. */
    Placement placement() {
        var locations = new long[chunks];
        var lengths = new int[chunks];
        for (int i = 0; i < chunks; i++) {
            locations[i] = placed.get(i + 1).location();
            lengths[i] = placed.get(i + 1).length();
        }
        var commit = placed.getLast();
        return new Placement(placed.getFirst().location(), locations, lengths, commit.location(), commit.length());
    }
}
