package io.mailvane.appliance.node;

import io.mailvane.appliance.web.NodeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Whether a node goes on, and how it ends. Any number of threads. */
final class Life {
    static final String STOPPING = "the node is being stopped";

    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();
    private final CountDownLatch toldToEnd = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Optional<String> lost = Optional.empty();

    /**
     * Somebody wants it to end, and not to begin anew.
     *
     * @return true to the first caller alone
     */
    boolean tellToEnd() {
        toldToEnd.countDown();
        return told.compareAndSet(false, true);
    }

    /** Another node may act for a partition of this one, so it may not: what it says and begins from here on is void. */
    void lose(String why) {
        lost = Optional.of(why);
    }

    boolean hasLost() {
        return lost.isPresent();
    }

    boolean isToldToEnd() {
        return toldToEnd.getCount() == 0;
    }

    /** Returns when it is told to end, or after {@code most}. */
    boolean awaitToldToEnd(Duration most) throws InterruptedException {
        return toldToEnd.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** @return true to the first caller alone */
    boolean beginToEnd() {
        return ending.compareAndSet(false, true);
    }

    boolean isEnding() {
        return ending.get();
    }

    void stopped() {
        stopped.countDown();
    }

    boolean awaitStopped(Duration most) throws InterruptedException {
        return stopped.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    Node.End awaitStopped() throws InterruptedException {
        stopped.await();
        return isToldToEnd() ? Node.End.STOPPED : Node.End.LEASE_LOST;
    }

    /** @param closed why the queue takes nothing */
    NodeStatus.State state(Optional<String> closed) {
        if (isToldToEnd()) {
            return NodeStatus.State.DRAINING;
        }
        return isEnding() || hasLost() || closed.isPresent() ? NodeStatus.State.CLOSED : NodeStatus.State.ACCEPTING;
    }

    List<String> reasons(Optional<String> closed) {
        var reasons = new ArrayList<String>();
        if (isToldToEnd()) {
            reasons.add(STOPPING);
        }
        lost.map(why -> why + "; the node begins anew when the volume can be written to")
                .ifPresent(reasons::add);
        closed.ifPresent(reasons::add);
        return reasons;
    }
}
