package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads one segment from front to end. In a sealed segment the content of chunks is hopped over, since it was forced whole;
 * everything else is checked octet by octet. Where a record is damaged, the scan goes on at the next sound one. One thread.
 */
final class SegmentScan {
    private static final int WINDOW = 1 << 20;

    private final SegmentStore.Reader reader;
    private final int number;
    private final long salt;
    private final long size;
    private final boolean hopChunks;
    private final ByteBuffer window = ByteBuffer.allocate(WINDOW + RecordHeader.SIZE);
    private long windowAt;

    /** What a scan finds, in order. */
    interface Finds {
        /** @param payload empty for a CHUNK */
        void record(RecordHeader header, long location, byte[] payload) throws IOException;

        /** Octets that are no sound record, with sound ones behind them. */
        void damage(long from, long to);

        /** Octets at the end that are no sound record: what a crash left of records that nobody was promised. */
        void tail(long from, long to);
    }

    /** How much is checked. */
    enum Depth {
        /** Chunks of sealed segments are hopped over. */
        START,
        /** Every octet, and what cannot be read is passed over. */
        EVERYTHING
    }

    SegmentScan(SegmentStore.Reader reader, int number, long salt, Depth depth) throws IOException {
        this.reader = reader;
        this.number = number;
        this.salt = salt;
        this.size = reader.size();
        this.windowAt = Long.MIN_VALUE;
        boolean sealed = size >= SegmentHeader.SIZE + RecordHeader.SIZE
                && headerAt(size - RecordHeader.SIZE)
                        .filter(h -> h.type() == RecordType.SEAL)
                        .isPresent();
        this.hopChunks = sealed && depth == Depth.START;
    }

    void run(Finds finds) throws IOException {
        long at = SegmentHeader.SIZE;
        while (at < size) {
            var found = soundAt(at);
            if (found.isEmpty()) {
                long next = nextSound(at + 1);
                if (next == size) {
                    finds.tail(at, size);
                } else {
                    finds.damage(at, next);
                }
                at = next;
                continue;
            }
            var record = found.get();
            finds.record(record, Location.of(number, at), payloadAt(at, record));
            at += RecordHeader.SIZE + record.length();
        }
    }

    private byte[] payloadAt(long at, RecordHeader record) throws IOException {
        return record.type() == RecordType.CHUNK ? new byte[0] : octets(at + RecordHeader.SIZE, record.length());
    }

    private Optional<RecordHeader> soundAt(long at) throws IOException {
        var found = headerAt(at);
        if (found.isEmpty() || at + RecordHeader.SIZE + found.get().length() > size) {
            return Optional.empty();
        }
        var record = found.get();
        if (record.type() == RecordType.CHUNK && hopChunks) {
            return found;
        }
        var payload = octets(at + RecordHeader.SIZE, record.length());
        return RecordHeader.checksum(payload, 0, payload.length) == record.payloadChecksum() ? found : Optional.empty();
    }

    private Optional<RecordHeader> headerAt(long at) throws IOException {
        if (at + RecordHeader.SIZE > size) {
            return Optional.empty();
        }
        return RecordHeader.read(octets(at, RecordHeader.SIZE), 0, salt);
    }

    private long nextSound(long from) throws IOException {
        for (long at = from; at + RecordHeader.SIZE <= size; at++) {
            if (RecordHeader.mayBegin(firstOctet(at)) && soundAt(at).isPresent()) {
                return at;
            }
        }
        return size;
    }

    private byte firstOctet(long at) throws IOException {
        if (!inWindow(at, 1)) {
            fill(at);
        }
        return window.get((int) (at - windowAt));
    }

    private byte[] octets(long at, int length) throws IOException {
        var octets = new byte[length];
        if (length > WINDOW) {
            readFully(ByteBuffer.wrap(octets), at);
            return octets;
        }
        if (!inWindow(at, length)) {
            fill(at);
        }
        if (!inWindow(at, length)) {
            throw new IOException("the segment shrank while it was read");
        }
        window.get((int) (at - windowAt), octets);
        return octets;
    }

    private boolean inWindow(long at, int length) {
        return at >= windowAt && at + length <= windowAt + window.limit() && windowAt >= 0;
    }

    private void fill(long at) throws IOException {
        window.clear();
        reader.read(window, at);
        window.flip();
        windowAt = at;
    }

    private void readFully(ByteBuffer into, long at) throws IOException {
        reader.read(into, at);
        if (into.hasRemaining()) {
            throw new IOException("the segment shrank while it was read");
        }
    }
}
