package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of a partition. Everybody's records go through its thread, which takes what waits, appends it, forces
 * once, advances the index and acknowledges all: read those five verbs in {@link #commitGroup}.
 *
 * <p>What waits is bounded by who waits: a caller submits one write at a time and blocks for its answer.
 */
final class GroupCommit implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int GATHER_OCTETS = 1 << 20;
    private static final int GROUP_MOST = 4096;
    private static final long RETRY_SECONDS = 1;

    private final SegmentLog log;
    private final long segmentSize;
    private final LinkedBlockingQueue<Write> waiting = new LinkedBlockingQueue<>();
    private final ByteBuffer gather = ByteBuffer.allocateDirect(GATHER_OCTETS);
    private final Write stop;
    private final Thread writer;
    private Optional<SegmentLog.Opened> open = Optional.empty();
    /** Whether anything but the header was ever forced in the open segment. */
    private boolean proved;

    private volatile boolean stopped;

    GroupCommit(SegmentLog log, long segmentSize) {
        this.log = log;
        this.segmentSize = segmentSize;
        this.stop = new Write(new RecordBuffer(log.stamp(), 0), Write.Until.APPENDED, List.of(), (segment, base) -> {});
        this.writer = Thread.ofPlatform().name("queue-writer").unstarted(this::run);
    }

    /** Makes the first segment, so that a partition which cannot be written is known at the start. */
    void start() throws IOException {
        openSegment();
        writer.start();
    }

    /** Hands {@code write} over and waits for its answer. */
    void submit(Write write) throws QueueUnavailableException {
        if (stopped) {
            throw new QueueUnavailableException("the queue is closing");
        }
        waiting.add(write);
        if (stopped && waiting.remove(write)) {
            throw new QueueUnavailableException("the queue is closing");
        }
        write.await();
    }

    private void run() {
        var group = new ArrayList<Write>();
        try {
            boolean more = true;
            while (more) {
                take(group);
                more = !group.remove(stop);
                if (!group.isEmpty()) {
                    commit(group);
                }
                group.clear();
            }
            seal();
        } finally {
            // Also when an Error ended it: nobody may wait for a writer that is gone.
            stopped = true;
            log.close("the writer has stopped");
            waiting.drainTo(group);
            group.forEach(write -> write.fail(new IOException("the writer has stopped")));
        }
    }

    private void commitGroup(List<Write> group) throws IOException {
        var placed = new ArrayList<Placed>(group.size());
        var segment = openSegment();
        append(segment, group, placed);
        force(segment, placed);
        advance(placed);
        acknowledge(placed);
        rollIfFull(segment);
    }

    private void commit(List<Write> group) {
        try {
            commitGroup(group);
        } catch (IOException e) {
            breakDown(e);
            var owed = group.stream().filter(Write::isOwed).toList();
            group.stream().filter(write -> !write.isOwed()).forEach(write -> write.fail(e));
            if (!owed.isEmpty()) {
                commitAgain(owed);
            }
        } catch (RuntimeException e) {
            giveUp(group, fault(e));
        }
    }

    /** In a segment of its own, at once: who was told that a write found no room may have made some for this. */
    private void commitAgain(List<Write> owed) {
        try {
            proved = false;
            open = Optional.of(log.openAtOnce());
            commitGroup(owed);
        } catch (IOException e) {
            giveUp(owed, e);
        } catch (RuntimeException e) {
            giveUp(owed, fault(e));
        }
    }

    /** Of ours: it must not leave anybody waiting, who answer with a temporary failure. */
    private static IOException fault(RuntimeException cause) {
        return new IOException("fault in the writer", cause);
    }

    private void giveUp(List<Write> group, IOException cause) {
        breakDown(cause);
        group.forEach(write -> write.fail(cause));
    }

    private record Placed(Write write, Segment segment, long base) {}

    /** Waits for work; while nothing can be stored, looks now and then whether it can, so that nobody need ask. */
    private void take(List<Write> group) {
        try {
            var first = log.writable() || stopped ? waiting.take() : waiting.poll(RETRY_SECONDS, TimeUnit.SECONDS);
            if (first == null) {
                tryAgain();
                return;
            }
            group.add(first);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
        waiting.drainTo(group, GROUP_MOST);
    }

    private void tryAgain() {
        try {
            openSegment();
        } catch (IOException e) {
            LOG.debug("still nothing can be stored", e);
        }
    }

    private SegmentLog.Opened openSegment() throws IOException {
        if (open.isEmpty()) {
            proved = false;
            open = Optional.of(log.openNew());
        }
        return open.get();
    }

    private void append(SegmentLog.Opened to, List<Write> group, List<Placed> placed) throws IOException {
        gather.clear();
        for (var write : group) {
            if (write.lostAPart()) {
                write.fail(new IOException("an earlier part was in a segment that failed"));
                continue;
            }
            var records = write.records();
            if (gather.remaining() < records.size()) {
                flush(to.appender());
            }
            placed.add(new Placed(write, to.segment(), to.appender().size() + gather.position()));
            if (gather.remaining() < records.size()) {
                to.appender().append(ByteBuffer.wrap(records.array(), 0, records.size()));
            } else {
                gather.put(records.array(), 0, records.size());
            }
        }
        flush(to.appender());
    }

    private void flush(SegmentStore.Appender appender) throws IOException {
        gather.flip();
        appender.append(gather);
        gather.clear();
    }

    private void force(SegmentLog.Opened to, List<Placed> placed) throws IOException {
        if (placed.stream().anyMatch(p -> p.write().mustForce())) {
            to.appender().force();
            proved = true;
        }
    }

    private void advance(List<Placed> placed) {
        placed.forEach(p -> p.write().advance(p.segment(), p.base()));
    }

    private void acknowledge(List<Placed> placed) {
        placed.forEach(p -> p.write().acknowledge());
    }

    private void rollIfFull(SegmentLog.Opened full) {
        if (full.appender().size() >= segmentSize) {
            seal();
        }
    }

    /** Ends a segment in order. If that fails, what was only appended to it is lost, and its messages cannot be committed. */
    private void seal() {
        if (open.isEmpty()) {
            return;
        }
        var sealed = open.get();
        var seal = new RecordBuffer(log.stamp(), RecordHeader.SIZE);
        seal.beginRecord();
        seal.endRecord(new RecordHeader.Label(RecordType.SEAL, 0, RecordHeader.NO_ID));
        try {
            sealed.appender().append(ByteBuffer.wrap(seal.array(), 0, seal.size()));
            sealed.appender().force();
            sealed.appender().close();
            sealed.segment().closeForWriting(sealed.appender().size());
            open = Optional.empty();
        } catch (IOException e) {
            breakDown(e);
        }
    }

    /** After a failed append or force nothing more may be written to this segment, ever: the next group gets a new one. */
    private void breakDown(IOException cause) {
        if (open.isEmpty()) {
            return;
        }
        var segment = open.get().segment();
        segment.breakDown();
        segment.closeForWriting(open.get().appender().size());
        SegmentLog.closeQuietly(open.get().appender(), segment.name());
        open = Optional.empty();
        if (proved) {
            alarm(segment, cause);
        } else {
            log.discard(segment, cause);
        }
    }

    private static void alarm(Segment segment, IOException cause) {
        LOG.error(
                "{}",
                LogLine.event("alarm")
                        .field("what", "segment-failed")
                        .field("segment", segment.name())
                        .field("reason", String.valueOf(cause.getMessage())),
                cause);
    }

    @Override
    public void close() {
        stopped = true;
        waiting.add(stop);
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
