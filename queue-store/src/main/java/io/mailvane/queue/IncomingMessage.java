package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A message that is being taken. Without {@link #commit} it does not exist. One thread.
 *
 * <p>A small message leaves as one write, BEGIN to COMMIT. Of a large one each full buffer is appended as a CHUNK before
 * more is taken, so that a session's memory is one buffer whatever the message's size.
 */
public final class IncomingMessage implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingMessage.class);
    /** Octets of content at most that wait in memory to be appended. */
    public static final int BUFFERED = MessageRecords.CHUNK;

    private static final int FIRST_CAPACITY = 8 << 10;

    private final QueueId id;
    private final Instant received;
    private final String client;
    private final SegmentLog log;
    private final QueueParts parts;
    private final Tenure tenure;
    private final GroupCommit writer;
    private final Index index;
    private final Totals totals;
    private final RecordBuffer buffer;
    private final MessageRecords records;
    /** Segments that hold a part of it; the first is pinned. */
    private final List<Segment> touched = new ArrayList<>(1);

    private long contentLength;
    private boolean ended;

    IncomingMessage(QueueId id, Instant received, String client, QueueParts parts) {
        this.id = id;
        this.received = received;
        this.client = client;
        this.log = parts.log();
        this.parts = parts;
        this.tenure = parts.tenure();
        this.writer = parts.writer();
        this.index = parts.index();
        this.totals = parts.totals();
        this.buffer = new RecordBuffer(parts.log().stamp(), FIRST_CAPACITY);
        this.records = new MessageRecords(buffer, id, received);
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
            int taken = records.put(octets, from, left);
            from += taken;
            left -= taken;
            contentLength += taken;
            if (records.endFullChunk()) {
                flush();
            }
        }
    }

    /**
     * What came so far, from its first octet, for a look at it before {@link #commit}. As often as one likes, on any thread
     * while nothing is written; each is closed before this is.
     */
    public InputStream content() {
        var appended = records.appended();
        var first = new ContentStream(log, appended, Payloads.Content.bare(appended.length()), () -> {});
        return new SequenceInputStream(first, new ByteArrayInputStream(records.openChunk()));
    }

    /** Octets that came so far. */
    public long size() {
        return contentLength;
    }

    private void flush() throws QueueUnavailableException {
        tenure.require();
        writer.submit(new Write(buffer, Write.Until.APPENDED, List.copyOf(touched), this::place));
        buffer.clear();
    }

    private void place(Segment segment, long base) {
        if (touched.isEmpty()) {
            segment.pin();
        }
        if (!touched.contains(segment)) {
            touched.add(segment);
        }
        records.place(segment, base);
    }

    /**
     * Makes it a message. Returns only after content and envelope are forced: 250 may be said.
     *
     * @throws QueueUnavailableException if that failed, or the lease lapsed meanwhile; the message may yet be found in the queue, after a
     *     restart or by who adopts the partition, which a client's retry makes a duplicate, never a loss
     */
    public void commit(Acceptance acceptance) throws QueueUnavailableException {
        var content = Payloads.Content.coming(contentLength, acceptance.prologue(), acceptance.elisions());
        var standings = acceptance.why().isEmpty()
                ? List.<Payloads.Standing>of()
                : Payloads.Standing.quarantined(
                        acceptance.envelope().recipients().size(), received, acceptance.why());
        var commit = new Payloads.Commit(acceptance.state(), client, content, acceptance.envelope(), standings);
        commit(commit, (placement, bound) -> {
            var entry = new Entry(id, received, placement, bound);
            entry.home = parts;
            entry.inHand = index.keepInHand(bound);
            index.add(entry);
        });
        totals.countAccepted();
        if (acceptance.state() == MessageState.QUARANTINED) {
            LOG.info("{}", OperatorActions.held(id, acceptance.why()));
        }
    }

    /** @param enter makes the message count, on the writer's thread */
    void commit(Payloads.Commit commit, BiConsumer<Placement, Payloads.Commit> enter) throws QueueUnavailableException {
        requireNotEnded();
        submit(records.end(commit, RecordHeader.ALONE), enter);
    }

    /** An update of another message that counts with this one's COMMIT or not at all. */
    record Joined(QueueId other, Payloads.Update update) {}

    /** As {@link #commit(Payloads.Commit, BiConsumer)}, with what it means to another message. */
    void commitWith(Payloads.Commit commit, Joined joined, BiConsumer<Placement, Payloads.Commit> enter)
            throws QueueUnavailableException {
        requireNotEnded();
        var bound = records.end(commit, RecordHeader.JOINED);
        buffer.beginRecord();
        Payloads.write(buffer, joined.update());
        buffer.endRecord(new RecordHeader.Label(
                RecordType.UPDATE, RecordHeader.JOINED, joined.other().text()));
        submit(bound, enter);
    }

    private void requireNotEnded() {
        if (ended) {
            throw new IllegalStateException("this message has ended");
        }
    }

    private void submit(Payloads.Commit bound, BiConsumer<Placement, Payloads.Commit> enter)
            throws QueueUnavailableException {
        tenure.require();
        writer.submit(new Write(buffer, Write.Until.FORCED, List.copyOf(touched), (segment, base) -> {
            place(segment, base);
            enter.accept(records.placement(), bound);
            ended = true;
        }));
        // The force may have taken long, and this process may have been frozen: who owns the partition by now?
        tenure.require();
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
