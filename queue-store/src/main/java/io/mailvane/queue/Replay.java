package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds what is queued from a partition's records, oldest segment first. Every record may be there twice, since a
 * replicated store sometimes keeps a write that it reported as failed; the second one changes nothing. One thread.
 */
final class Replay implements SegmentScan.Finds {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final SegmentScan.Depth depth;
    private final Map<String, Partial> partials = new HashMap<>();
    private final SequencedMap<QueueId, Entry> queued = new LinkedHashMap<>();
    private final SequencedMap<QueueId, Entry> settled = new LinkedHashMap<>();
    private final List<String> findings = new ArrayList<>();
    private String segment = "-";
    private long epoch;
    private Optional<QueueId> highestId = Optional.empty();

    Replay(SegmentScan.Depth depth) {
        this.depth = depth;
    }

    /** A message between BEGIN and COMMIT. */
    private static final class Partial {
        private final long begin;
        private final Instant received;
        private final List<Long> chunks = new ArrayList<>(1);
        private final List<Integer> lengths = new ArrayList<>(1);

        Partial(long begin, Instant received) {
            this.begin = begin;
            this.received = received;
        }

        boolean has(long location) {
            return chunks.contains(location);
        }

        long length() {
            return lengths.stream().mapToLong(Integer::longValue).sum();
        }

        Entry.Parts parts() {
            return new Entry.Parts(
                    received.toEpochMilli(),
                    begin,
                    chunks.stream().mapToLong(Long::longValue).toArray(),
                    lengths.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    /** @return the segment's number; what its header would say, if that is damaged */
    int read(SegmentStore store, String name) throws IOException {
        segment = name;
        try (var reader = store.open(name)) {
            var first = ByteBuffer.allocate(SegmentHeader.SIZE);
            reader.read(first, 0);
            var header = first.hasRemaining() ? Optional.<SegmentHeader>empty() : SegmentHeader.decode(first.array());
            if (header.isEmpty()) {
                tailOrDamage(reader.size());
                return SegmentHeader.numberOf(name);
            }
            epoch = Math.max(epoch, header.get().epoch());
            new SegmentScan(reader, header.get(), depth).run(this);
            return header.get().number();
        }
    }

    /** A crash between the making of a segment and its first force leaves a file without a header; it holds nothing. */
    private void tailOrDamage(long size) {
        if (size <= SegmentHeader.SIZE) {
            tail(0, size);
        } else {
            damage(0, size);
        }
    }

    @Override
    public void record(RecordHeader header, long location, byte[] payload) throws IOException {
        epoch = Math.max(epoch, header.epoch());
        switch (header.type()) {
            case BEGIN -> begin(header, location, payload);
            case CHUNK -> chunk(header, location);
            case COMMIT -> commit(header, location, Payloads.commit(new PayloadReader(payload)));
            case UPDATE -> update(header, location, Payloads.update(new PayloadReader(payload)));
            case SEAL -> {}
        }
    }

    private void begin(RecordHeader header, long location, byte[] payload) throws IOException {
        noteId(header.queueId());
        var begin = Payloads.begin(new PayloadReader(payload));
        partials.put(header.id(), new Partial(location, begin.received()));
    }

    private void noteId(QueueId id) {
        if (highestId.isEmpty() || highestId.get().compareTo(id) < 0) {
            highestId = Optional.of(id);
        }
    }

    private void chunk(RecordHeader header, long location) {
        var partial = partials.get(header.id());
        if (partial != null && !partial.has(location)) {
            partial.chunks.add(location);
            partial.lengths.add(header.length());
        }
    }

    private void commit(RecordHeader header, long location, Payloads.Commit commit) {
        var id = header.queueId();
        var partial = partials.remove(header.id());
        boolean copy = !commit.standings().isEmpty();
        if (partial == null || settled.containsKey(id) || (queued.containsKey(id) && !copy)) {
            return;
        }
        var entry = new Entry(
                id,
                partial.parts(),
                location,
                commit.state(),
                commit.envelope().recipients().size(),
                commit.sentLength());
        commit.standings().forEach(entry::apply);
        if (partial.length() != commit.contentLength()) {
            find("message " + id + " lost a part of its content; it is held");
            entry.base = MessageState.HELD;
        }
        queued.put(id, entry);
    }

    private void update(RecordHeader header, long location, Payloads.Update update) {
        var id = header.queueId();
        var entry = queued.get(id);
        if (entry == null) {
            return;
        }
        entry.base = update.state();
        entry.lastUpdate = location;
        update.standings().forEach(entry::apply);
        if (entry.unsettled() == 0) {
            queued.remove(id);
            settled.put(id, entry);
        }
    }

    @Override
    public void damage(long from, long to) {
        find("segment " + segment + " is damaged from " + from + " to " + to);
    }

    private void find(String finding) {
        findings.add(finding);
        LOG.error("{}", LogLine.event("alarm").field("what", "queue-damaged").field("reason", finding));
    }

    @Override
    public void tail(long from, long to) {
        if (to > from) {
            LOG.info("segment {} ends with {} octets of unfinished records, from {}", segment, to - from, from);
        }
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
        return epoch;
    }

    Optional<QueueId> highestId() {
        return highestId;
    }
}
