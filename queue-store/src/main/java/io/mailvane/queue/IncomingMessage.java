package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A message that is being taken. Without {@link #commit} it does not exist. One thread.
 *
 * <p>A small message leaves as one write, BEGIN to COMMIT. Of a large one each full buffer is appended as a CHUNK before
 * more is taken, so that a session's memory is one buffer whatever the message's size.
 */
public final class IncomingMessage implements AutoCloseable {
    private static final int FIRST_CAPACITY = 8 << 10;
    private static final int CHUNK = 64 << 10;

    private final QueueId id;
    private final Instant received;
    private final String client;
    private final GroupCommit writer;
    private final Index index;
    private final RecordBuffer buffer;
    private final List<Placed> placed = new ArrayList<>(1);
    private final List<Segment> touched = new ArrayList<>(1);
    /** Records of this buffer that are complete: what each is, where it begins here, and its payload. */
    private final List<Part> parts = new ArrayList<>(3);

    private long contentLength;
    private int openChunk;
    private boolean ended;

    private record Part(RecordType type, int at, int length) {}

    private record Placed(RecordType type, long location, int length) {}

    IncomingMessage(QueueId id, Instant received, String client, QueueParts parts) {
        this.id = id;
        this.received = received;
        this.client = client;
        this.writer = parts.writer();
        this.index = parts.index();
        this.buffer = new RecordBuffer(parts.log().stamp(), FIRST_CAPACITY);
        int at = buffer.beginRecord();
        Payloads.write(buffer, new Payloads.Begin(received));
        end(RecordType.BEGIN, at);
        openChunk = buffer.beginRecord();
    }

    private void end(RecordType type, int at) {
        parts.add(new Part(type, at, buffer.openPayload()));
        buffer.endRecord(type, id);
    }

    /** Its queue id, if it comes to that. */
    public QueueId id() {
        return id;
    }

    /**
     * Adds to the content. Blocks while the writer is behind.
     *
     * @throws QueueUnavailableException if it cannot be stored: the message is lost to the queue, and the client is told
     *     a temporary failure
     */
    public void write(byte[] octets, int offset, int length) throws QueueUnavailableException {
        int from = offset;
        int left = length;
        while (left > 0) {
            int taken = Math.min(left, CHUNK - buffer.openPayload());
            buffer.putRaw(octets, from, taken);
            from += taken;
            left -= taken;
            contentLength += taken;
            if (buffer.openPayload() == CHUNK) {
                flushChunk();
            }
        }
    }

    private void flushChunk() throws QueueUnavailableException {
        end(RecordType.CHUNK, openChunk);
        writer.submit(new Write(buffer, Write.Until.APPENDED, List.copyOf(touched), this::place));
        buffer.clear();
        openChunk = buffer.beginRecord();
    }

    /** On the writer's thread: notes where the parts lie now. The first segment is pinned for as long as the message lives. */
    private void place(Segment segment, long base) {
        if (touched.isEmpty()) {
            segment.pin();
        }
        if (!touched.contains(segment)) {
            touched.add(segment);
        }
        for (var part : parts) {
            placed.add(new Placed(part.type(), Location.of(segment.number(), base + part.at()), part.length()));
        }
        parts.clear();
    }

    /**
     * Makes it a message. Returns only after content and envelope are forced: 250 may be said.
     *
     * @throws QueueUnavailableException if that failed; the message may yet be found in the queue after a restart, which
     *     a client's retry makes a duplicate, never a loss
     */
    public void commit(Acceptance acceptance) throws QueueUnavailableException {
        if (ended) {
            throw new IllegalStateException("this message has ended");
        }
        var commit = new Payloads.Commit(
                acceptance.state(),
                client,
                contentLength,
                acceptance.envelope(),
                acceptance.prologue(),
                acceptance.elisions(),
                List.of());
        append(commit);
        writer.submit(new Write(
                buffer, Write.Until.FORCED, List.copyOf(touched), (segment, base) -> enter(commit, segment, base)));
        ended = true;
    }

    private void append(Payloads.Commit commit) {
        if (buffer.openPayload() > 0) {
            end(RecordType.CHUNK, openChunk);
        } else {
            buffer.cancelRecord();
        }
        int at = buffer.beginRecord();
        Payloads.write(buffer, commit);
        end(RecordType.COMMIT, at);
    }

    private void enter(Payloads.Commit commit, Segment segment, long base) {
        place(segment, base);
        var entry = entry(commit);
        index.add(entry);
    }

    private Entry entry(Payloads.Commit commit) {
        var chunks = placed.stream().filter(p -> p.type() == RecordType.CHUNK).toList();
        var parts = new Entry.Parts(
                received.toEpochMilli(),
                placed.getFirst().location(),
                chunks.stream().mapToLong(Placed::location).toArray(),
                chunks.stream().mapToInt(Placed::length).toArray());
        return new Entry(
                id,
                parts,
                placed.getLast().location(),
                commit.state(),
                commit.envelope().recipients().size(),
                commit.sentLength());
    }

    /** Gives up what was not committed. */
    @Override
    public void close() {
        if (!ended && !touched.isEmpty()) {
            touched.getFirst().unpin();
        }
        ended = true;
    }
}
