package io.mailvane.scanning;

import io.mailvane.mail.WorkerState;
import java.util.concurrent.atomic.AtomicBoolean;

/** A worker of a pool. What changes is guarded by the lock of {@link PoolMembers}. */
final class PoolMember {
    private static final int MISSES_OF_THE_GONE = 2;

    final String id;
    final WorkerClient client;
    /** One probe at a time. */
    final AtomicBoolean probing = new AtomicBoolean();

    private WorkerState state = WorkerState.STARTING;
    private String reason = "it was not yet asked";
    private int capacity;
    private int misses;
    private boolean retired;
    int inFlight;

    PoolMember(String id, WorkerClient client) {
        this.id = id;
        this.client = client;
    }

    void answered(WorkerStatus status) {
        state = status.state();
        reason = status.reason();
        capacity = status.capacity();
        misses = 0;
    }

    /**
     * It could not be reached, or gave a probe no answer. One may be a busy machine's; two in a row say that it is gone, until
     * it answers.
     */
    void missed(String why) {
        misses++;
        if (misses >= MISSES_OF_THE_GONE) {
            state = WorkerState.GONE;
            reason = why;
        }
    }

    void retire() {
        retired = true;
    }

    boolean ready() {
        return state == WorkerState.READY && !retired;
    }

    boolean hasRoom() {
        return ready() && inFlight < capacity;
    }

    int capacity() {
        return ready() ? capacity : 0;
    }

    WorkerView view() {
        return retired && state == WorkerState.READY
                ? new WorkerView(id, WorkerState.DRAINING, inFlight, "it is being retired")
                : new WorkerView(id, state, inFlight, reason);
    }
}
