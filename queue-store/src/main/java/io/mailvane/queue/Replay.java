package io.mailvane.queue;

import io.mailvane.mail.LogLine;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds what is queued from a partition's records, oldest segment first. Every record may be there twice, since a
 * replicated store sometimes keeps a write that it reported as failed; the second one changes nothing. What cannot be read
 * is a finding, and the rest is read on. One thread.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final SegmentStore store;
    private final SegmentScan.Depth depth;
    private final Map<String, PartialMessage> partials = new HashMap<>();
    private final SequencedMap<QueueId, Entry> queued = new LinkedHashMap<>();
    private final SequencedMap<QueueId, Entry> settled = new LinkedHashMap<>();
    private final Set<QueueId> incomplete = new HashSet<>();
    private final List<Found> segments = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private final Map<Long, Long> saltOfEpoch = new HashMap<>();
    private long highestEpoch;
    private Optional<QueueId> highestId = Optional.empty();

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
     * @throws IOException if it cannot be read at all, or belongs to another partition
     */
    void run(Optional<String> partition) throws IOException {
        var headers = new LinkedHashMap<String, Optional<SegmentHeader>>();
        for (var name : store.list()) {
            var header = header(name);
            var other = header.map(SegmentHeader::partition).filter(p -> !p.equals(partition.orElse(p)));
            if (other.isPresent()) {
                throw new IOException("segment " + name + " belongs to partition " + other.get());
            }
            header.ifPresent(h -> saltOfEpoch.put(h.epoch(), h.salt()));
            headers.put(name, header);
        }
        for (var segment : headers.entrySet()) {
            read(segment.getKey(), segment.getValue());
        }
        for (var id : incomplete) {
            if (queued.containsKey(id)) {
                find("message " + id + " lost a part of its records; it is held");
            }
        }
    }

    private Optional<SegmentHeader> header(String name) throws IOException {
        try (var reader = store.open(name)) {
            var first = ByteBuffer.allocate(SegmentHeader.SIZE);
            reader.read(first, 0);
            return first.hasRemaining() ? Optional.empty() : SegmentHeader.decode(first.array());
        }
    }

    private void read(String name, Optional<SegmentHeader> header) throws IOException {
        int number = header.map(SegmentHeader::number).orElse(SegmentHeader.numberOf(name));
        long epoch = header.map(SegmentHeader::epoch).orElse(SegmentHeader.epochOf(name));
        highestEpoch = Math.max(highestEpoch, epoch);
        try (var reader = store.open(name)) {
            long size = reader.size();
            var finds = new SegmentFinds(name);
            // All segments of one opening share their salt, so one that lost its header is read by another's.
            var salt = saltOfEpoch.get(epoch);
            if (header.isEmpty() && size >= SegmentHeader.SIZE) {
                finds.damage(0, salt == null ? size : SegmentHeader.SIZE);
            }
            if (salt != null) {
                new SegmentScan(reader, number, salt, depth).run(finds);
            }
            segments.add(new Found(name, number, salt == null ? 0 : salt, size, finds.damaged));
        }
    }

    /** What one segment holds. */
    private final class SegmentFinds implements SegmentScan.Finds {
        private final String name;
        private boolean damaged;

        SegmentFinds(String name) {
            this.name = name;
        }

        @Override
        public void record(RecordHeader header, long location, byte[] payload) {
            try {
                Replay.this.record(header, location, payload);
            } catch (IOException e) {
                damaged = true;
                find("segment " + name + " holds at " + Location.offset(location) + " what no " + header.type()
                        + " holds: " + e.getMessage());
            }
        }

        @Override
        public void damage(long from, long to) {
            damaged = true;
            find("segment " + name + " is damaged from " + from + " to " + to);
        }

        @Override
        public void tail(long from, long to) {
            LOG.info("segment {} ends with {} octets of unfinished records, from {}", name, to - from, from);
        }
    }

    private void record(RecordHeader header, long location, byte[] payload) throws IOException {
        highestEpoch = Math.max(highestEpoch, header.epoch());
        if (header.type() == RecordType.SEAL) {
            return;
        }
        noteId(header.queueId());
        var reader = new PayloadReader(ByteBuffer.wrap(payload));
        switch (header.type()) {
            case BEGIN ->
                partials.put(
                        header.id(),
                        new PartialMessage(location, Payloads.begin(reader).received()));
            case CHUNK -> partial(header, location).add(header, location);
            case COMMIT -> commit(header, location, Payloads.commit(reader));
            case UPDATE -> update(header.queueId(), location, Payloads.update(reader));
            case SEAL -> {}
        }
    }

    private void noteId(QueueId id) {
        if (highestId.isEmpty() || highestId.get().compareTo(id) < 0) {
            highestId = Optional.of(id);
        }
    }

    /** The message under construction; one whose BEGIN is not there is a remainder. */
    private PartialMessage partial(RecordHeader header, long location) {
        return partials.computeIfAbsent(header.id(), id -> PartialMessage.remainder(location, receivedBy(header)));
    }

    private static Instant receivedBy(RecordHeader header) {
        return Instant.ofEpochMilli(header.queueId().epochMillis());
    }

    private void commit(RecordHeader header, long location, Payloads.Commit commit) {
        var id = header.queueId();
        boolean known = queued.containsKey(id) || settled.containsKey(id);
        boolean copy = !commit.standings().isEmpty();
        if (known && (!copy || settled.containsKey(id))) {
            partials.remove(header.id());
            return;
        }
        var partial = partial(header, location);
        partials.remove(header.id());
        boolean whole = partial.wholeWith(commit);
        if (known && !whole) {
            return;
        }
        var entry = new Entry(id, partial.received(), partial.placement(location, header.length()), commit);
        if (whole) {
            incomplete.remove(id);
        } else {
            incomplete.add(id);
            entry.base = MessageState.HELD;
        }
        queued.put(id, entry);
    }

    private void update(QueueId id, long location, Payloads.Update update) throws IOException {
        var entry = queued.get(id);
        if (entry == null) {
            return;
        }
        for (var standing : update.standings()) {
            if (!entry.has(standing.recipient())) {
                throw new IOException("recipient " + standing.recipient() + " is not one of " + id);
            }
        }
        entry.base = incomplete.contains(id) ? MessageState.HELD : update.state();
        entry.lastUpdate = location;
        update.standings().forEach(entry::apply);
        if (entry.unsettled() == 0) {
            queued.remove(id);
            settled.put(id, entry);
        }
    }

    private void find(String finding) {
        findings.add(finding);
        LOG.error("{}", LogLine.event("alarm").field("what", "queue-damaged").field("reason", finding));
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

    Optional<QueueId> highestId() {
        return highestId;
    }
}
