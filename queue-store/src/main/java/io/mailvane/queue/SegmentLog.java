package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of one partition in order, and the making of new ones. The writer's thread makes, any thread reads. */
final class SegmentLog {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentLog.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    private final SegmentStore store;
    private final String partition;
    private final RecordHeader.Stamp stamp;
    private final Tenure tenure;
    private final InstantSource clock;
    private final LongSupplier issuedMillis;
    private final ConcurrentSkipListMap<Integer, Segment> segments = new ConcurrentSkipListMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private volatile Optional<String> closedReason = Optional.empty();
    private Instant nextTry = Instant.EPOCH;

    /** @param issuedMillis the time of the latest queue id that was given */
    SegmentLog(
            SegmentStore store,
            String partition,
            RecordHeader.Stamp stamp,
            Tenure tenure,
            InstantSource clock,
            LongSupplier issuedMillis) {
        this.store = store;
        this.partition = partition;
        this.stamp = stamp;
        this.tenure = tenure;
        this.clock = clock;
        this.issuedMillis = issuedMillis;
    }

    RecordHeader.Stamp stamp() {
        return stamp;
    }

    /** Adds a segment that was found at the start; its number is never used again. */
    void addExisting(Replay.Found found) {
        var segment = new Segment(store, found.number(), found.name(), found.salt());
        segment.closeForWriting(found.octets());
        if (found.damaged()) {
            segment.markDamaged();
        }
        segments.put(found.number(), segment);
        lastNumber.accumulateAndGet(found.number(), Math::max);
    }

    /**
     * Leaves numbers for segments that a former owner may make yet, in the instant between its look at its lease and the making: they
     * must not be ours.
     */
    void leaveNumbers(int count) {
        lastNumber.addAndGet(count);
    }

    /** No message needs any of its segments, and nobody reads one. */
    boolean isUnused() {
        return segments.values().stream().allMatch(segment -> segment.pins() == 0);
    }

    /** A segment of a former owner, that has grown since, or is new. */
    void addGrown(Replay.Found found) throws IOException {
        var known = segments.get(found.number());
        if (known == null) {
            addExisting(found);
        } else if (known.name().equals(found.name())) {
            known.closeForWriting(found.octets());
        } else {
            throw new IOException("segments " + known.number() + " of two epochs: a former owner went on too long");
        }
    }

    /**
     * A new segment with its header forced: one that cannot be written is known before anything is entrusted to it.
     *
     * @throws IOException also if the last try failed a moment ago
     */
    Opened openNew() throws IOException {
        var wait = Duration.between(clock.instant(), nextTry);
        // A longer wait than ever was set means that the clock stepped back.
        if (wait.isPositive() && wait.compareTo(BETWEEN_TRIES) <= 0) {
            throw new IOException(closedReason.orElse("no segment could be made a moment ago"));
        }
        return openAtOnce();
    }

    /** As {@link #openNew}, also if the last try failed a moment ago: for what cannot be asked for again. */
    Opened openAtOnce() throws IOException {
        try {
            var opened = tryOpenNew();
            if (closedReason.isPresent()) {
                LOG.info(
                        "queue of {} is open again: segment {}",
                        partition,
                        opened.segment().name());
            }
            closedReason = Optional.empty();
            return opened;
        } catch (IOException e) {
            closeForAWhile(e);
            throw e;
        }
    }

    private Opened tryOpenNew() throws IOException {
        if (!tenure.holds()) {
            throw new IOException(Tenure.LAPSED);
        }
        // A number is used once, also when making its file failed half way.
        int number = lastNumber.incrementAndGet();
        var header = new SegmentHeader(
                new SegmentName(number, stamp.epoch(), stamp.salt()), issuedMillis.getAsLong(), partition);
        var name = header.name().text();
        var appender = store.create(name);
        try {
            appender.append(ByteBuffer.wrap(header.encode()));
            appender.force();
        } catch (IOException e) {
            closeQuietly(appender, name);
            deleteQuietly(name);
            throw e;
        }
        var segment = new Segment(store, number, name, stamp.salt());
        segments.put(number, segment);
        return new Opened(segment, appender);
    }

    /** Nothing can be stored now: begun again after a moment. Says so once, however often it is tried. */
    private void closeForAWhile(IOException cause) {
        nextTry = clock.instant().plus(BETWEEN_TRIES);
        if (closedReason.isEmpty()) {
            LOG.error("{}", LogLine.event("alarm").field("what", "queue-closed").field("partition", partition), cause);
        }
        closedReason = Optional.of("nothing can be stored: " + reason(cause));
    }

    /** Without the file's name: it ends in the salt, which is for no page. */
    private static String reason(IOException cause) {
        var bare = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
        return bare == null ? cause.getClass().getSimpleName() : bare;
    }

    /**
     * Drops a segment that failed before anything in it was forced, and closes the queue for a moment: a full disk must not
     * cost a file for every try.
     */
    void discard(Segment unproved, IOException cause) {
        segments.remove(unproved.number());
        deleteQuietly(unproved.name());
        closeForAWhile(cause);
    }

    /** For an appender that failed already: what its closing says changes nothing any more. */
    static void closeQuietly(SegmentStore.Appender appender, String name) {
        try {
            appender.close();
        } catch (IOException e) {
            LOG.debug("segment {} did not close", name, e);
        }
    }

    /** Nobody was promised anything that is in it: if it stays, the next start finds records of no consequence. */
    private void deleteQuietly(String name) {
        try {
            store.delete(name);
        } catch (IOException e) {
            LOG.debug("segment {} was not deleted", name, e);
        }
    }

    /** A segment and the one way to write to it. */
    record Opened(Segment segment, SegmentStore.Appender appender) {}

    private Segment get(long location) throws IOException {
        return find(location).orElseThrow(() -> new IOException("segment " + Location.segment(location) + " is gone"));
    }

    Optional<Segment> find(long location) {
        return Optional.ofNullable(segments.get(Location.segment(location)));
    }

    /** Keeps the segment and all later ones until it is unpinned. */
    Optional<Segment> pin(long location) {
        var segment = find(location);
        segment.ifPresent(Segment::pin);
        return segment;
    }

    /** Reads one record whole, of which only the type is known, and checks it. */
    ByteBuffer payload(long location, RecordType type) throws IOException {
        var segment = get(location);
        long offset = Location.offset(location);
        var header = RecordHeader.read(segment.read(offset, RecordHeader.SIZE), 0, segment.salt())
                .orElseThrow(() -> damaged(segment, offset));
        return payload(location, type, header.length());
    }

    /** Reads one record whole, in one read, and checks it; the buffer stands at its payload. */
    ByteBuffer payload(long location, RecordType type, int length) throws IOException {
        return payload(location, EnumSet.of(type), length);
    }

    /** As {@link #payload(long, RecordType, int)}, of any of these types. */
    ByteBuffer payload(long location, Set<RecordType> types, int length) throws IOException {
        var segment = get(location);
        long offset = Location.offset(location);
        var record = segment.read(offset, RecordHeader.SIZE + length);
        var sound = RecordHeader.read(record, 0, segment.salt())
                .filter(header -> types.contains(header.type()) && header.length() == length)
                .filter(header -> RecordHeader.checksum(record, RecordHeader.SIZE, length) == header.payloadChecksum());
        if (sound.isEmpty()) {
            throw damaged(segment, offset);
        }
        return ByteBuffer.wrap(record, RecordHeader.SIZE, length);
    }

    private static IOException damaged(Segment segment, long offset) {
        return new IOException("segment " + segment.name() + " is damaged at " + offset);
    }

    /** The oldest, if it is not the one that is written to. */
    Optional<Segment> oldestClosed() {
        return Optional.ofNullable(segments.firstEntry())
                .map(Map.Entry::getValue)
                .filter(segment -> !segment.writable());
    }

    /** Octets of all segments that are not written to any more. */
    long closedOctets() {
        return List.copyOf(segments.values()).stream()
                .mapToLong(Segment::octets)
                .sum();
    }

    /**
     * Deletes from the oldest what no message needs: an event never outlives the message it speaks of. A damaged segment is
     * set aside instead, out of replay's sight. The lease is asked before each: whoever owns the partition now may need it. The last one
     * stays, also where it is full and nothing followed yet: by it the next start knows which queue ids were given.
     *
     * @return how many are gone
     */
    int reclaim() throws IOException {
        return reclaim(1);
    }

    /** As {@link #reclaim}, of a partition that nobody writes to again: none stays. */
    void reclaimAll() throws IOException {
        reclaim(0);
    }

    private int reclaim(int staying) throws IOException {
        int gone = 0;
        for (var oldest = unneeded();
                oldest.isPresent() && segments.size() > staying && tenure.holds();
                oldest = unneeded()) {
            var segment = oldest.get();
            segment.closeReader();
            if (segment.damaged()) {
                store.setAside(segment.name());
            } else {
                store.delete(segment.name());
            }
            segments.remove(segment.number());
            gone++;
        }
        return gone;
    }

    /** Whether it is but for another behind it that something can be reclaimed. */
    boolean isLastUnneeded() {
        return segments.size() == 1 && unneeded().isPresent();
    }

    private Optional<Segment> unneeded() {
        return oldestClosed().filter(segment -> segment.pins() == 0);
    }

    Optional<String> closedReason() {
        return closedReason.isEmpty() && !tenure.holds() ? Optional.of(Tenure.LAPSED) : closedReason;
    }

    /** Whether 250 may be said and deliveries begun. Outcomes are written also when it has lapsed, as long as a segment is open. */
    boolean writable() {
        return closedReason.isEmpty() && tenure.holds();
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
