package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node ends: what it has begun is finished up to the drain's deadline, then all is closed; and where its storage does not let it
 * close, it ends all the same. Any number of threads.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final Life life = new Life();
    private final Opened opened;
    private final Supplier<Patience> patience;
    private final AtomicReference<Optional<Parts>> parts = new AtomicReference<>(Optional.empty());

    /**
     * How long is waited.
     *
     * @param drain for what has begun
     * @param close for what is closed then, as long as the lease holds: a volume that hangs for longer loses it
     * @param last for what need not wait for the volume
     */
    record Patience(Duration drain, Duration close, Duration last) {
        private static final Duration LAST = Duration.ofSeconds(5);

        static Patience of(Configuration settings) {
            return new Patience(settings.node().drain(), settings.volume().leaseTerm(), LAST);
        }
    }

    /** Lets what has begun end. */
    interface Drain {
        /** @return whether nothing was cut */
        boolean drain(Duration most) throws InterruptedException;
    }

    /** What is stopped before all is closed. */
    record Parts(Drain sessions, Drain deliveries, Partitions partitions, RunFiles runFiles) {}

    /** @param opened is closed at the end */
    Ending(Opened opened, Supplier<Patience> patience) {
        this.opened = opened;
        this.patience = patience;
    }

    Life life() {
        return life;
    }

    /** From now on the node can end in order; if it is to by now, it does. */
    void complete(Parts all) {
        parts.set(Optional.of(all));
        if (life.hasLost() || life.isToldToEnd()) {
            begin();
        }
    }

    /** This node may say and begin nothing any more, so it ends; what it has begun is still written. */
    void leaseLost(String why) {
        life.lose(why);
        begin();
    }

    /** Somebody wants it to end. Returns at once; again does nothing more. */
    void tellToEnd() {
        if (life.tellToEnd()) {
            Thread.ofPlatform().daemon().name("end-anyhow").start(this::endAnyhow);
        }
        begin();
    }

    private void begin() {
        var all = parts.get();
        if (all.isPresent() && life.beginToEnd()) {
            Thread.ofPlatform().name("drain").start(() -> end(all.get()));
        }
    }

    private void end(Parts all) {
        try {
            boolean isInOrder = drain(all);
            all.partitions().adoptions().end();
            if (isInOrder) {
                all.partitions().endInOrder();
            }
            if (life.hasLost()) {
                awaitVolume(all.partitions());
            }
            all.runFiles().withdraw();
        } catch (IOException e) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "node-file-stays"), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            opened.closeAll();
            life.stopped();
        }
    }

    /**
     * No client waits for a node that may say no 250.
     *
     * @return whether no delivery was cut, so that nothing is in doubt
     */
    private boolean drain(Parts all) throws InterruptedException {
        var most = patience.get().drain();
        var inOrder = new AtomicBoolean();
        var deliveries = Thread.ofVirtual().start(() -> inOrder.set(drained(all.deliveries(), most)));
        if (!all.sessions().drain(life.hasLost() ? Duration.ZERO : most)) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "sessions-cut"));
        }
        deliveries.join();
        return inOrder.get();
    }

    private static boolean drained(Drain part, Duration most) {
        try {
            return part.drain(most);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Its pages are served meanwhile, and say so. */
    private void awaitVolume(Partitions partitions) throws InterruptedException {
        boolean isTold = false;
        while (!partitions.isVolumeWritable()) {
            if (!isTold) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "volume-awaited")
                                .field("reason", "no mail is taken or delivered until it can be written to"));
                isTold = true;
            }
            if (life.awaitToldToEnd(LOOK)) {
                return;
            }
        }
    }

    /**
     * Storage that does not answer must not keep a node from its end. It may write nothing to it without its lease; with it, a segment
     * alone hangs, for longer than a volume that hangs keeps a lease. Nobody got a 250 for what is not forced.
     */
    private void endAnyhow() {
        try {
            var most = patience.get();
            boolean isStopped = life.awaitStopped(most.drain());
            for (var left = most.close(); !isStopped && left.isPositive() && mayAct(); left = left.minus(LOOK)) {
                isStopped = life.awaitStopped(LOOK);
            }
            if (!isStopped && !life.awaitStopped(most.last())) {
                LOG.error(
                        "{}", LogLine.event("alarm").field("what", "not-closed").field("part", "the volume"));
                life.stopped();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean mayAct() {
        return parts.get().filter(all -> all.partitions().mayAct()).isPresent();
    }
}
