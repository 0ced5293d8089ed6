package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Has outcomes written while the connections go on, and gives back the recipients' permits once they are.
 *
 * @param taken of the recipients in our hands
 * @param fault is told of an error of ours
 */
record Settlements(
        MessageQueue queue,
        Semaphore taken,
        WaitingForRoute waiting,
        InstantSource clock,
        BiConsumer<DueMessage, Throwable> fault,
        Semaphore settling) {
    private static final int MOST = 2_000;

    Settlements(
            MessageQueue queue,
            Semaphore taken,
            WaitingForRoute waiting,
            InstantSource clock,
            BiConsumer<DueMessage, Throwable> fault) {
        this(queue, taken, waiting, clock, fault, new Semaphore(MOST));
    }

    /**
     * Recipients that wait because of our addresses.
     *
     * @param view of our addresses, by which they wait ({@link WaitingForRoute#view})
     * @param until when they should be looked at, if that is before the retry schedule has them due
     */
    record Pause(List<Integer> recipients, long view, Optional<Instant> until) {
        static final Pause NONE = new Pause(List.of(), 0, Optional.empty());
    }

    void settle(DueMessage message, List<Attempt> attempts, DeliveryReport.Dsn dsn, Pause pause) {
        settling.acquireUninterruptibly();
        Thread.ofVirtual().name("settle").start(() -> {
            try {
                ScopedValue.where(DsnWriter.SUCCESS, dsn).call(() -> {
                    queue.settle(message.id(), attempts);
                    return attempts.size();
                });
                rest(message.id(), pause);
            } catch (QueueUnavailableException | RuntimeException e) {
                fault.accept(message, e);
            } finally {
                taken.release(attempts.size());
                settling.release();
            }
        });
    }

    /** Once they are deferred: a view that changed since the decision has passed them by, and they are looked at again. */
    private void rest(QueueId id, Pause pause) {
        if (pause.recipients().isEmpty()) {
            return;
        }
        pause.until().ifPresent(at -> queue.hasten(id, pause.recipients(), at));
        if (!waiting.add(id, pause.recipients(), pause.view())) {
            queue.hasten(id, pause.recipients(), clock.instant());
        }
    }

    boolean await(Duration most) throws InterruptedException {
        boolean all = settling.tryAcquire(MOST, most.toNanos(), TimeUnit.NANOSECONDS);
        if (all) {
            settling.release(MOST);
        }
        return all;
    }
}
