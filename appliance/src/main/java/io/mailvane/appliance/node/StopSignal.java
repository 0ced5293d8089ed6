package io.mailvane.appliance.node;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether somebody wants this process to end. A node that runs is drained; this is heard also while one begins, and between two. Any
 * number of threads.
 */
public final class StopSignal {
    private final CountDownLatch given = new CountDownLatch(1);

    /** Something was not begun, or not waited for to its end, because it was given. */
    public static final class StoppedException extends IOException {
        private static final long serialVersionUID = 1;

        public StoppedException() {
            super(Life.STOPPING);
        }
    }

    public void give() {
        given.countDown();
    }

    public boolean isGiven() {
        return given.getCount() == 0;
    }

    /**
     * Returns when it is given, or after {@code most}.
     *
     * @return whether it is given
     */
    public boolean await(Duration most) throws InterruptedException {
        return given.await(most.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Waits, unless it is given.
     *
     * @throws StoppedException as soon as it is given
     */
    void pause(Duration pause) throws IOException {
        try {
            if (await(pause)) {
                throw new StoppedException();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted in a pause", e);
        }
    }

    /**
     * To be asked before something is taken that others want.
     *
     * @throws StoppedException if it is given
     */
    public void requireNone() throws StoppedException {
        if (isGiven()) {
            throw new StoppedException();
        }
    }
}
