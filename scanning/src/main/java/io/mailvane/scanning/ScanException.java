package io.mailvane.scanning;

/** There is no verdict: an engine, a worker or the content failed. Never to be taken for a clean one; another try may do better. */
public class ScanException extends Exception {
    private static final long serialVersionUID = 1;

    public ScanException(String message) {
        super(message);
    }

    public ScanException(String message, Throwable cause) {
        super(message, cause);
    }
}
