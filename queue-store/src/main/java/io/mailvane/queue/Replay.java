package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rebuilds what is queued from a partition's records, oldest segment first. Every record may be there twice, since a
 * replicated store sometimes keeps a write that it reported as failed; the second one changes nothing. What cannot be read
 * is a finding, and the rest is read on. One thread.
 */
final class Replay {
    private final SegmentStore store;
    private final SegmentScan.Depth depth;
    private final Map<String, PartialMessage> partials = new HashMap<>();
    private final SequencedMap<QueueId, Entry> queued = new LinkedHashMap<>();
    private final SequencedMap<QueueId, Entry> settled = new LinkedHashMap<>();
    private final Set<QueueId> incomplete = new HashSet<>();
    private final List<Found> segments = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    /** Of a queued message, what the last update that counted had before it. */
    private final Map<QueueId, Long> previousUpdate = new HashMap<>();

    /** Where a joined COMMIT ended: the UPDATE that belongs to it begins there. */
    private long joint = Location.NONE;

    private Optional<Entry> awaitingJoint = Optional.empty();
    private long highestEpoch;
    private long issuedMillis;
    private long attemptedMillis;

    Replay(SegmentStore store, SegmentScan.Depth depth) {
        this.store = store;
        this.depth = depth;
    }

    /**
     * A segment that was found.
     *
     * @param damaged something in it could not be read
     */
    record Found(String name, int number, long salt, long octets, boolean damaged) {}

    /**
     * Reads everything.
     *
     * @param partition whose it must be; absent: anybody's
     * @throws LaterFormatException if a later version wrote some of it
     * @throws IOException if it cannot be read at all, or belongs to another partition
     */
    void run(Optional<String> partition) throws IOException {
        run(partition, store.list());
    }

    /** As {@link #run(Optional)}, of these segments alone. */
    void run(Optional<String> partition, List<String> names) throws IOException {
        var headers = new LinkedHashMap<String, Optional<SegmentHeader>>();
        for (var name : names) {
            var header = header(name);
            var other = header.map(SegmentHeader::partition).filter(p -> !p.equals(partition.orElse(p)));
            if (other.isPresent()) {
                throw new IOException("segment " + name + " belongs to partition " + other.get());
            }
            headers.put(name, header);
        }
        for (var segment : headers.entrySet()) {
            read(segment.getKey(), segment.getValue());
        }
        for (var id : incomplete) {
            if (queued.containsKey(id)) {
                findings.add("message " + id + " lost a part of its records; it is held");
            }
        }
    }

    private Optional<SegmentHeader> header(String name) throws IOException {
        try (var reader = store.open(name)) {
            var first = ByteBuffer.allocate(SegmentHeader.SIZE);
            reader.read(first, 0);
            return first.hasRemaining() ? Optional.empty() : SegmentHeader.decode(name, first.array());
        } catch (IOException e) {
            if (mustStop(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void read(String fileName, Optional<SegmentHeader> header) throws IOException {
        var finds = new SegmentFinds(fileName);
        try (var reader = store.open(fileName)) {
            var name = header.isPresent() ? header.get().name() : SegmentName.parse(fileName);
            header.ifPresent(h -> issuedMillis = Math.max(issuedMillis, h.issuedMillis()));
            highestEpoch = Math.max(highestEpoch, name.epoch());
            long size = reader.size();
            var scan = new SegmentScan(reader, name.number(), name.salt(), depth);
            if (header.isEmpty() && size >= SegmentHeader.SIZE) {
                finds.damage(0, SegmentHeader.SIZE);
            }
            scan.run(finds);
            segments.add(new Found(fileName, name.number(), name.salt(), size, finds.damaged));
        } catch (IOException e) {
            if (mustStop(e)) {
                throw e;
            }
            findings.add("segment " + fileName + " cannot be read: " + e.getMessage());
        }
        endJoint();
    }

    /** A node does not start on what it cannot read, which may pass; whoever looks for damage has found some. */
    private boolean mustStop(IOException cause) {
        return depth == SegmentScan.Depth.START || cause instanceof LaterFormatException;
    }

    /** What one segment holds. */
    private final class SegmentFinds implements SegmentScan.Finds {
        private final String name;
        private boolean damaged;

        SegmentFinds(String name) {
            this.name = name;
        }

        @Override
        public void record(RecordHeader header, long location, byte[] payload) throws LaterFormatException {
            try {
                Replay.this.record(name, header, location, payload);
            } catch (LaterFormatException e) {
                throw e;
            } catch (IOException e) {
                damaged = true;
                findings.add("segment " + name + " holds at " + Location.offset(location) + " what no " + header.type()
                        + " holds: " + e.getMessage());
            }
        }

        @Override
        public void damage(long from, long to) {
            damaged = true;
            findings.add("segment " + name + " is damaged from " + from + " to " + to);
        }

        @Override
        public void tail(long from, long to) {
            remarks.add(
                    "segment " + name + " ends with " + (to - from) + " octets of unfinished records, from " + from);
        }
    }

    private void record(String segment, RecordHeader header, long location, byte[] payload) throws IOException {
        highestEpoch = Math.max(highestEpoch, header.epoch());
        if (header.type() != RecordType.UPDATE || location != joint) {
            endJoint();
        }
        var reader = new PayloadReader(ByteBuffer.wrap(payload));
        switch (header.type()) {
            case BEGIN -> begin(header, location, Payloads.begin(reader).received());
            case CHUNK -> chunk(header, location);
            case COMMIT -> commit(header, location, Payloads.commit(reader));
            case UPDATE -> update(header, location, Payloads.update(reader));
            case VERDICT -> verdict(header, location, Payloads.commit(reader));
            case SEAL, IGNORABLE -> {}
            case LATER -> throw new LaterFormatException(segment, "a record at " + Location.offset(location));
        }
    }

    private QueueId note(RecordHeader header) {
        var id = header.queueId();
        issuedMillis = Math.max(issuedMillis, id.epochMillis());
        return id;
    }

    private void begin(RecordHeader header, long location, Instant received) {
        note(header);
        var before = Optional.ofNullable(partials.get(header.id()));
        partials.put(
                header.id(),
                before.map(b -> b.begunAgain(location, received))
                        .orElseGet(() -> new PartialMessage(location, received)));
    }

    private void chunk(RecordHeader header, long location) {
        var partial = partial(header, location).continuedBy(header);
        partial.add(header, location);
        partials.put(header.id(), partial);
    }

    /** The message under construction; of one whose BEGIN is lost, its id still says when it came. */
    private PartialMessage partial(RecordHeader header, long location) {
        var received = Instant.ofEpochMilli(note(header).epochMillis());
        return partials.computeIfAbsent(header.id(), id -> new PartialMessage(location, received));
    }

    private void commit(RecordHeader header, long location, Payloads.Commit commit) {
        var partial = partial(header, location).endedBy(commit);
        partials.remove(header.id());
        boolean whole = partial.wholeWith(commit);
        var id = header.queueId();
        var placement =
                whole ? partial.placement(location, header.length()) : partial.rest(commit, location, header.length());
        if (header.joined()) {
            joint = header.end(location);
        }
        if (settled.containsKey(id) || queued.containsKey(id)) {
            commitAgain(id, commit, placement, whole);
            return;
        }
        var entry = new Entry(id, partial.received(), placement, commit);
        if (!whole) {
            incomplete.add(id);
            entry.base = MessageState.HELD;
        }
        if (header.joined()) {
            awaitingJoint = Optional.of(entry);
        } else {
            queued.put(id, entry);
        }
    }

    /** Kept twice, or copied forward: what is known of it stays, and a copy says where it lies from now on. */
    private void commitAgain(QueueId id, Payloads.Commit commit, Placement placement, boolean whole) {
        var entry = queued.get(id);
        if (entry == null || commit.standings().isEmpty() || !whole) {
            return;
        }
        boolean changedSince = changedSinceItsVerdict(entry);
        entry.copied(placement);
        previousUpdate.remove(id);
        if (commit.state() == MessageState.TO_SCAN && !changedSince) {
            // A verdict found before it was not known to who copied it: its fields are not in the copy.
            entry.toScanAgain(commit);
        }
        if (incomplete.remove(id)) {
            entry.base = commit.state();
        }
    }

    /** Counts unless something was done to the message since, which is then the later word. */
    private void verdict(RecordHeader header, long location, Payloads.Commit verdict) throws IOException {
        var entry = queued.get(note(header));
        if (entry == null || incomplete.contains(entry.id) || changedSinceItsVerdict(entry)) {
            return;
        }
        if (verdict.envelope().recipients().size() != entry.recipients()) {
            throw new IOException("it is not one of " + entry.id);
        }
        entry.judged(verdict, location, header.length());
    }

    private static boolean changedSinceItsVerdict(Entry entry) {
        return entry.lastUpdate > entry.placement.commit();
    }

    /** A DSN whose settlement did not follow is not there. */
    private void endJoint() {
        joint = Location.NONE;
        awaitingJoint = Optional.empty();
    }

    private void update(RecordHeader header, long location, Payloads.Update update) throws IOException {
        boolean complete = !header.joined() || location == joint;
        var dsn = awaitingJoint;
        endJoint();
        var entry = queued.get(note(header));
        if (complete) {
            // Also when the message itself is gone with its segment.
            dsn.ifPresent(d -> queued.put(d.id, d));
            if (entry != null) {
                apply(entry, location, update);
            }
        } else if (entry != null && !alreadySettled(entry, update)) {
            throw new IOException("the DSN that belongs to it is lost");
        }
    }

    private static boolean alreadySettled(Entry entry, Payloads.Update update) {
        return update.standings().stream()
                .filter(standing -> standing.state().settled() && entry.has(standing.recipient()))
                .allMatch(standing -> entry.state(standing.recipient()).settled());
    }

    private void apply(Entry entry, long location, Payloads.Update update) throws IOException {
        for (var standing : update.standings()) {
            if (!entry.has(standing.recipient())) {
                throw new IOException("recipient " + standing.recipient() + " is not one of " + entry.id);
            }
        }
        // Updates are a chain; an older one that comes again must not undo a later one.
        if (update.previous() < previousUpdate.getOrDefault(entry.id, Location.NONE)) {
            return;
        }
        previousUpdate.put(entry.id, update.previous());
        entry.base = incomplete.contains(entry.id) ? MessageState.HELD : update.state();
        entry.lastUpdate = location;
        update.standings().stream()
                .flatMap(standing -> standing.attempt().stream())
                .forEach(attempt ->
                        attemptedMillis = Math.max(attemptedMillis, attempt.at().toEpochMilli()));
        update.standings().stream()
                .filter(standing -> !entry.state(standing.recipient()).settled())
                .forEach(entry::apply);
        if (entry.unsettled() == 0) {
            queued.remove(entry.id);
            previousUpdate.remove(entry.id);
            settled.put(entry.id, entry);
        }
    }

    /** Segments, in the order of their names. */
    List<Found> segments() {
        return List.copyOf(segments);
    }

    /** Queued messages, in the order of their COMMITs. */
    List<Entry> queued() {
        return List.copyOf(queued.values());
    }

    /** Settled messages whose records are still there, in the order in which they were settled. */
    List<Entry> settled() {
        return List.copyOf(settled.values());
    }

    /** Damage, a sentence each; a torn tail is none. */
    List<String> findings() {
        return List.copyOf(findings);
    }

    long highestEpoch() {
        return highestEpoch;
    }

    /** What looks odd and is no damage. */
    List<String> remarks() {
        return List.copyOf(remarks);
    }

    /** Contents that no COMMIT made a message, by id. */
    SequencedMap<String, Placement> uncommitted() {
        var uncommitted = new TreeMap<String, Placement>();
        partials.forEach((id, partial) -> uncommitted.put(id, partial.content()));
        uncommitted.values().removeIf(placement -> placement.length() == 0);
        return uncommitted;
    }

    /** The latest time that a queue id or an attempt carries: the clock of whoever wrote it has shown it. */
    long latestMillis() {
        return Math.max(issuedMillis, attemptedMillis);
    }

    /** The latest time that a queue id carries. */
    long issuedMillis() {
        return issuedMillis;
    }
}
