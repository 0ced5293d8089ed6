package io.mailvane.scanning;

/** No worker is there to scan, or none has room in time: what becomes of the message then is the operator's policy. */
public final class NoWorkerException extends ScanException {
    private static final long serialVersionUID = 1;

    public NoWorkerException(String message) {
        super(message);
    }
}
