package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** One node's durable queue. Any number of threads. */
@SuppressWarnings("DoNotCallSuggester")
public final class MessageQueue implements AutoCloseable {
    private MessageQueue() {}

    /**
     * Replays the partition, cuts nothing but a torn tail, and begins a segment of a new epoch.
     *
     * @throws IOException if the partition cannot be read or no segment can be made
     */
    public static MessageQueue open(
            QueueSettings settings, SegmentStore store, DsnComposer composer, InstantSource clock) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** @param client as {@link MessageDetail#client} */
    public IncomingMessage begin(String client) throws QueueUnavailableException {
        throw new UnsupportedOperationException();
    }

    /** Waits at most {@code timeout} for a message with due recipients. */
    public Optional<DueMessage> takeDue(Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /**
     * What is sent: prologue, then content less elisions. The caller closes it.
     *
     * @throws IOException if the message is not (or no more) in the queue, or its records are damaged
     */
    public InputStream content(QueueId id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Writes the outcomes of recipients that {@link #takeDue} gave out, with the DSN they owe, in one forced batch, and
     * then lets the settled go. A deferred one gets its next attempt from the retry schedule, or expires.
     *
     * @throws QueueUnavailableException if it could not be written: the recipients are due again after the first retry
     *     step, and a relayed one is then sent twice, which the log says
     */
    public void settle(QueueId id, List<Attempt> attempts) throws QueueUnavailableException {
        throw new UnsupportedOperationException();
    }

    /** Takes back recipients that were not tried, at a drain; they are due as before. */
    public void handBack(QueueId id, List<Integer> recipients) {
        throw new UnsupportedOperationException();
    }

    public QueueCounts counts() {
        throw new UnsupportedOperationException();
    }

    /**
     * Messages that match, by ascending id.
     *
     * @param after only ids behind this one
     */
    public List<MessageDetail> list(QueueFilter filter, Optional<QueueId> after, int limit) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Optional<MessageDetail> show(QueueId id) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** What an operator can do to one message. */
    public enum Action {
        /** Nothing of it is tried until released; an attempt under way still settles. */
        HOLD,
        /** Ends a hold or a quarantine: due at once. */
        RELEASE,
        /** Deferred recipients are due at once. */
        RETRY,
        /** As RETRY, and whatever ties it to a route is forgotten. */
        REROUTE,
        /** Unsettled recipients fail, and the sender is told. */
        BOUNCE,
        /** Unsettled recipients are dropped, and nobody is told. */
        DELETE
    }

    /** @return whether it changed anything; forced before it returns */
    public boolean apply(QueueId id, Action action) throws QueueUnavailableException {
        throw new UnsupportedOperationException();
    }

    /** Empty while mail can be stored; else why not, for the log and the operator. */
    public Optional<String> closedReason() {
        throw new UnsupportedOperationException();
    }

    /** The epoch of this opening. */
    public long epoch() {
        throw new UnsupportedOperationException();
    }

    /** Waits for what is being written, seals the segment, stops the writer. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
