package io.mailvane.scanning;

import io.mailvane.mail.WorkerState;

/**
 * A worker as its relay sees it.
 *
 * @param state {@link WorkerState#GONE} also while it does not answer
 * @param inFlight scans that this relay has at it
 * @param reason why it gets no scans; empty if it does
 */
public record WorkerView(String id, WorkerState state, int inFlight, String reason) {}
