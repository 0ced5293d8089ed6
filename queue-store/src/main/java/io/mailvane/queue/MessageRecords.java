package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The records of one message under construction, BEGIN to COMMIT, in a buffer that may be appended and cleared in between.
 * One thread builds; {@link #place} runs on the writer's while the builder waits for it.
 */
final class MessageRecords {
    static final int CHUNK = 64 << 10;

    private final RecordBuffer buffer;
    private final QueueId id;
    /** Records that are complete in the buffer, and not placed yet. */
    private final List<Part> parts = new ArrayList<>(3);

    private final List<Placed> placed = new ArrayList<>(3);
    private final CRC32C chunkChecksums = new CRC32C();
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
        int at = buffer.openRecord();
        end(RecordType.CHUNK, chunks++, at);
        chunkOpen = false;
        add(chunkChecksums, buffer.checksum(at));
    }

    /** Adds one chunk's checksum to those of the chunks before it, as a COMMIT states them. */
    static void add(CRC32C chunkChecksums, int checksum) {
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            chunkChecksums.update((checksum >>> shift) & 0xff);
        }
    }

    /**
     * Ends the message.
     *
     * @param joint {@link RecordHeader#JOINED} if it counts only with the UPDATE that comes next
     * @return the commit as written: bound to the chunks before it
     */
    Payloads.Commit end(Payloads.Commit commit, int joint) {
        if (chunkOpen) {
            endChunk();
        }
        var bound = commit.with(commit.content().with((int) chunkChecksums.getValue()));
        int at = buffer.beginRecord();
        Payloads.write(buffer, bound);
        end(RecordType.COMMIT, joint, at);
        return bound;
    }

    /** Notes where the complete records lie now. */
    void place(Segment segment, long base) {
        for (var part : parts) {
            placed.add(new Placed(part.type(), Location.of(segment.number(), base + part.at()), part.length()));
        }
        parts.clear();
    }

    /** Where the chunks lie that were appended already. */
    Placement appended() {
        var appended =
                placed.stream().filter(part -> part.type() == RecordType.CHUNK).toList();
        return new Placement(
                Location.NONE,
                appended.stream().mapToLong(Placed::location).toArray(),
                appended.stream().mapToInt(Placed::length).toArray(),
                Location.NONE,
                0);
    }

    /** What of the content came behind the chunks that were appended. */
    byte[] openChunk() {
        return chunkOpen
                ? Arrays.copyOfRange(buffer.array(), buffer.openRecord() + RecordHeader.SIZE, buffer.size())
                : new byte[0];
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
