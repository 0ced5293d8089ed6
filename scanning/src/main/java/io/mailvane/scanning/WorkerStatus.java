package io.mailvane.scanning;

import io.mailvane.mail.WorkerState;

/**
 * What a worker says of itself.
 *
 * @param inFlight scans that run
 * @param capacity scans that it runs at once, at most
 * @param reason why it is not ready; empty if it is
 */
public record WorkerStatus(WorkerState state, int inFlight, int capacity, String reason) {
    public WorkerStatus {
        if (inFlight < 0 || capacity < 1) {
            throw new IllegalArgumentException("impossible load: " + inFlight + " of " + capacity);
        }
    }
}
