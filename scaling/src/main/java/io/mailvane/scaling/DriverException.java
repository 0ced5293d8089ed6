package io.mailvane.scaling;

/** A driver could not do, or not find out, what it was asked for. Nothing is known to have changed; it is worth another try. */
public final class DriverException extends Exception {
    private static final long serialVersionUID = 1L;

    public DriverException(String message) {
        super(message);
    }

    public DriverException(String message, Throwable cause) {
        super(message, cause);
    }
}
