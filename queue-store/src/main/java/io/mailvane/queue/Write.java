package io.mailvane.queue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Records that one thread wants appended together, and what is done once they count. The caller waits; the writer answers
 * exactly once.
 */
final class Write {
    /** What the caller waits for. */
    enum Until {
        /** Enough for a part of a message: nobody was promised anything. */
        APPENDED,
        FORCED,
        /**
         * As {@link #FORCED}, of what has happened already: where it fails it is written once more, in a new segment, before the caller is
         * told. Needs no earlier part.
         */
        FORCED_AS_OWED
    }

    /** Makes the records count, on the writer's thread, in the order of the log. */
    @FunctionalInterface
    interface Advance {
        /** @param base where the first record lies */
        void accept(Segment segment, long base);
    }

    private final RecordBuffer records;
    private final Until until;
    private final List<Segment> needed;
    private final Advance advance;
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile Optional<IOException> failure = Optional.empty();

    /** @param needed segments that hold earlier parts: if one broke down, this write fails */
    Write(RecordBuffer records, Until until, List<Segment> needed, Advance advance) {
        this.records = records;
        this.until = until;
        this.needed = needed;
        this.advance = advance;
    }

    RecordBuffer records() {
        return records;
    }

    boolean mustForce() {
        return until != Until.APPENDED;
    }

    boolean isOwed() {
        return until == Until.FORCED_AS_OWED;
    }

    boolean lostAPart() {
        return needed.stream().anyMatch(Segment::broken);
    }

    void advance(Segment segment, long base) {
        advance.accept(segment, base);
    }

    void acknowledge() {
        answered.countDown();
    }

    /** Changes nothing once it was answered: whoever was told "stored" stays told. */
    void fail(IOException cause) {
        if (answered.getCount() == 0) {
            return;
        }
        failure = Optional.of(cause);
        answered.countDown();
    }

    /**
     * Waits for the answer, interrupted or not: the caller must know whether its records count. The wait ends with the
     * disk's answer. An interrupt is restored.
     */
    void await() throws QueueUnavailableException {
        boolean interrupted = false;
        while (true) {
            try {
                answered.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        var cause = failure;
        if (cause.isPresent()) {
            throw new QueueUnavailableException("not stored: " + cause.get().getMessage(), cause.get());
        }
    }
}
