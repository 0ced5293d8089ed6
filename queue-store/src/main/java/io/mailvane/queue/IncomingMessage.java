package io.mailvane.queue;

import io.mailvane.mail.QueueId;

/** A message that is being taken. Without {@link #commit} it does not exist. One thread. */
public interface IncomingMessage extends AutoCloseable {
    /** Its queue id, if it comes to that. */
    QueueId id();

    /**
     * Adds to the content. Blocks while the writer is behind, so that memory is bounded by the number of sessions.
     *
     * @throws QueueUnavailableException if it cannot be stored: the message is lost to the queue, and the client is told
     *     a temporary failure
     */
    void write(byte[] octets, int offset, int length) throws QueueUnavailableException;

    /**
     * Makes it a message. Returns only after content and envelope are forced: 250 may be said.
     *
     * @throws QueueUnavailableException if that failed; the message may yet be found in the queue after a restart, which
     *     a client's retry makes a duplicate, never a loss
     */
    void commit(Acceptance acceptance) throws QueueUnavailableException;

    /** Gives up what was not committed. */
    @Override
    void close();
}
