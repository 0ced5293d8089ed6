package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of one partition in order, and the making of new ones. The writer's thread makes, any thread reads. */
final class SegmentLog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final SegmentStore store;
    private final String partition;
    private final RecordHeader.Stamp stamp;
    private final InstantSource clock;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final ConcurrentSkipListMap<Integer, Long> salts = new ConcurrentSkipListMap<>();
    private int lastNumber;
    private volatile Optional<String> closedReason = Optional.empty();
    private Instant nextTry = Instant.EPOCH;

    SegmentLog(SegmentStore store, String partition, RecordHeader.Stamp stamp, InstantSource clock) {
        this.store = store;
        this.partition = partition;
        this.stamp = stamp;
        this.clock = clock;
    }

    RecordHeader.Stamp stamp() {
        return stamp;
    }

    /** Adds a segment that was found at the start. */
    Segment addExisting(int number, String name) {
        var segment = new Segment(store, number, name, false);
        segments.put(number, segment);
        lastNumber = Math.max(lastNumber, number);
        return segment;
    }

    /** A new segment with its header appended; the header is forced with the first records. */
    Opened openNew() throws IOException {
        if (clock.instant().isBefore(nextTry)) {
            throw new IOException(closedReason.orElse("no segment could be made a moment ago"));
        }
        try {
            var opened = tryOpenNew();
            closedReason = Optional.empty();
            return opened;
        } catch (IOException e) {
            nextTry = clock.instant().plus(BETWEEN_TRIES);
            closedReason = Optional.of("no segment can be made: " + e.getMessage());
            throw e;
        }
    }

    private Opened tryOpenNew() throws IOException {
        // A number is used once, also when making its file failed half way.
        int number = ++lastNumber;
        var header = new SegmentHeader(stamp.epoch(), number, stamp.salt(), partition);
        var appender = store.create(header.fileName());
        try {
            appender.append(ByteBuffer.wrap(header.encode()));
        } catch (IOException e) {
            closeQuietly(appender, header.fileName());
            throw e;
        }
        var segment = new Segment(store, number, header.fileName(), true);
        segments.put(number, segment);
        return new Opened(segment, appender);
    }

    /** For an appender that failed already: what its closing says changes nothing any more. */
    static void closeQuietly(SegmentStore.Appender appender, String name) {
        try {
            appender.close();
        } catch (IOException e) {
            LOG.debug("segment {} did not close", name, e);
        }
    }

    record Opened(Segment segment, SegmentStore.Appender appender) {}

    Segment get(long location) throws IOException {
        var segment = segments.get(Location.segment(location));
        if (segment == null) {
            throw new IOException("segment " + Location.segment(location) + " is gone");
        }
        return segment;
    }

    boolean has(long location) {
        return segments.containsKey(Location.segment(location));
    }

    /** Reads one record whole and checks it. */
    byte[] payload(long location, RecordType type) throws IOException {
        var segment = get(location);
        long offset = Location.offset(location);
        var octets = segment.read(offset, RecordHeader.SIZE);
        var header = RecordHeader.read(octets, 0, salt(segment))
                .filter(h -> h.type() == type)
                .orElseThrow(() -> damaged(segment, offset));
        var payload = segment.read(offset + RecordHeader.SIZE, header.length());
        if (RecordHeader.checksum(payload, 0, payload.length) != header.payloadChecksum()) {
            throw damaged(segment, offset);
        }
        return payload;
    }

    private static IOException damaged(Segment segment, long offset) {
        return new IOException("segment " + segment.name() + " is damaged at " + offset);
    }

    private long salt(Segment segment) throws IOException {
        var known = salts.get(segment.number());
        if (known != null) {
            return known;
        }
        var header = SegmentHeader.decode(segment.read(0, SegmentHeader.SIZE))
                .orElseThrow(() -> new IOException("segment " + segment.name() + " has no header"));
        salts.put(segment.number(), header.salt());
        return header.salt();
    }

    List<Segment> all() {
        return List.copyOf(segments.values());
    }

    /** Deletes from the oldest what no message needs: an event never outlives the message it speaks of. */
    int reclaim() throws IOException {
        int deleted = 0;
        for (var segment : segments.values()) {
            if (segment.writable() || segment.pins() > 0) {
                break;
            }
            store.delete(segment.name());
            segments.remove(segment.number());
            salts.remove(segment.number());
            segment.closeReader();
            deleted++;
        }
        return deleted;
    }

    Optional<String> closedReason() {
        return closedReason;
    }

    void close(String reason) {
        closedReason = Optional.of(reason);
    }

    void closeReaders() throws IOException {
        for (var segment : segments.values()) {
            segment.closeReader();
        }
        store.close();
    }
}
