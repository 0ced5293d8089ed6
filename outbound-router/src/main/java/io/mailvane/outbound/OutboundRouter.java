package io.mailvane.outbound;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.MessageQueue;
import java.time.Duration;

/** Takes what is due from the queue, finds each recipient's way, delivers, and settles. Any number of threads. */
@SuppressWarnings("DoNotCallSuggester")
public final class OutboundRouter implements AutoCloseable {
    private OutboundRouter() {}

    /**
     * @throws IllegalArgumentException if the settings have {@link OutboundSettings#problems}
     */
    public static OutboundRouter start(OutboundSettings settings, MessageQueue queue, Surroundings surroundings) {
        throw new UnsupportedOperationException();
    }

    /** From the next routing on; what is under way ends as it began. */
    public void reload(OutboundSettings settings) {
        throw new UnsupportedOperationException();
    }

    /** The decision for a recipient as it would be made now, without sending. May ask DNS. */
    public Explanation explain(ReversePath from, Mailbox to) {
        throw new UnsupportedOperationException();
    }

    /** Asks relay domains' hosts whether they would take a recipient. */
    public CallAhead callAhead() {
        throw new UnsupportedOperationException();
    }

    public OutboundStats stats() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes nothing more, hands back what has not begun, and waits for what has; after {@code most} it is cut off, and
     * deferred.
     *
     * @return whether everything ended by itself
     */
    public boolean drain(Duration most) {
        throw new UnsupportedOperationException();
    }

    /** As a drain that waits for nothing. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
