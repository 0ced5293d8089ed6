package io.mailvane.queue;

/**
 * The queue cannot store this now; nothing of it was kept that counts. The caller answers with a temporary failure. The
 * message is for the log, not for the client.
 */
public final class QueueUnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    public QueueUnavailableException(String message) {
        super(message);
    }

    public QueueUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
