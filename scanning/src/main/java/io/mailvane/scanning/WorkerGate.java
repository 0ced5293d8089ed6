package io.mailvane.scanning;

import io.mailvane.mail.WorkerState;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets scans in while a worker is ready and has room, and knows when the last one has left. Any number of threads. */
final class WorkerGate {
    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition left = lock.newCondition();
    private WorkerState state = WorkerState.STARTING;
    private String reason = "its engines were not yet tried";
    private int inFlight;
    private int answering;

    WorkerGate(int capacity) {
        this.capacity = capacity;
    }

    /** Whoever got in says {@link #ended}, and {@link #leave} at last. */
    boolean enter() {
        lock.lock();
        try {
            boolean room = state == WorkerState.READY && inFlight < capacity;
            inFlight += room ? 1 : 0;
            return room;
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for another: whoever hears the answer may come at once. */
    void ended() {
        lock.lock();
        try {
            inFlight--;
            answering++;
        } finally {
            lock.unlock();
        }
    }

    /** Its answer is sent. */
    void leave() {
        lock.lock();
        try {
            answering--;
            left.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @return whether it was not ready before */
    boolean ready() {
        return turn(WorkerState.READY, "");
    }

    /** @return whether that is news: it was ready before, or asleep for another reason */
    boolean asleep(String why) {
        return turn(WorkerState.STARTING, why);
    }

    private boolean turn(WorkerState next, String why) {
        lock.lock();
        try {
            boolean turns = (state != next || !reason.equals(why)) && state.compareTo(WorkerState.DRAINING) < 0;
            if (state.compareTo(WorkerState.DRAINING) < 0) {
                state = next;
                reason = why;
            }
            return turns;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more, and waits until the last has left or the deadline has passed. */
    void drain(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            state = WorkerState.DRAINING;
            reason = "it was told to end";
            long nanos = deadline.leftNanos();
            while (inFlight + answering > 0 && nanos > 0) {
                nanos = left.awaitNanos(nanos);
            }
            state = WorkerState.GONE;
        } finally {
            lock.unlock();
        }
    }

    WorkerStatus status() {
        lock.lock();
        try {
            return new WorkerStatus(state, inFlight, capacity, reason);
        } finally {
            lock.unlock();
        }
    }
}
