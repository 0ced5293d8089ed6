package io.mailvane.storage;

import io.mailvane.mail.LogLine;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews leases on a thread of its own, for as long as it is open: nothing else may keep it waiting. */
public final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final Leases leases;
    private final Duration interval;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    private LeaseKeeper(Leases leases, LeaseTerm term) {
        this.leases = leases;
        this.interval = term.interval();
        this.thread = Thread.ofPlatform().daemon().name("lease-keeper").unstarted(this::run);
    }

    public static LeaseKeeper start(Leases leases, LeaseTerm term) {
        var keeper = new LeaseKeeper(leases, term);
        keeper.thread.start();
        return keeper;
    }

    private void run() {
        try {
            while (!closed.await(interval.toNanos(), TimeUnit.NANOSECONDS)) {
                renew();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the keeper", e);
        }
    }

    /** A fault of ours must not end the renewing: if it stays, the leases lapse, which is safe. */
    private void renew() {
        try {
            leases.renewAll();
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "lease-not-renewed"), e);
        }
    }

    /** Returns at once: a heartbeat that the volume does not take must not keep a node from its end. */
    @Override
    public void close() {
        closed.countDown();
    }
}
