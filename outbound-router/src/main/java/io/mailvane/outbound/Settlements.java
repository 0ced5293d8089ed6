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
    /** A receiver that took a message may be at it for so long (RFC 1047): to send it again sooner is to send it twice. */
    private static final Duration LOST_REPLY = Duration.ofMinutes(10);

    Settlements(
            MessageQueue queue,
            Semaphore taken,
            WaitingForRoute waiting,
            InstantSource clock,
            BiConsumer<DueMessage, Throwable> fault) {
        this(queue, taken, waiting, clock, fault, new Semaphore(MOST));
    }

    /**
     * Recipients that wait otherwise than the retry schedule says.
     *
     * @param recipients those that wait because of our addresses
     * @param view of our addresses, by which they wait ({@link WaitingForRoute#view})
     * @param until when they should be looked at, if that is before the retry schedule has them due
     * @param unsure those that may have been taken, for the last reply was lost
     */
    record Pause(List<Integer> recipients, long view, Optional<Instant> until, List<Integer> unsure) {
        static final Pause NONE = new Pause(List.of(), 0, Optional.empty(), List.of());
    }

    /** @param attempts as for {@link MessageQueue#settle} */
    void settle(DueMessage message, List<Attempt> attempts, DeliveryReport.Dsn dsn, Pause pause) {
        int recipients =
                (int) attempts.stream().mapToInt(Attempt::recipient).distinct().count();
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
                taken.release(recipients);
                settling.release();
            }
        });
    }

    /** Once they are deferred: a view that changed since the decision has passed them by, and they are looked at again. */
    private void rest(QueueId id, Pause pause) {
        if (!pause.unsure().isEmpty()) {
            queue.delay(id, pause.unsure(), clock.instant().plus(LOST_REPLY));
        }
        if (!pause.recipients().isEmpty()) {
            // In this order: who is under way again at once is to be found waiting, and taken from there.
            await(id, pause);
            pause.until().ifPresent(at -> queue.hasten(id, pause.recipients(), at));
        }
    }

    /** Nothing is written: they were not tried, and come back by themselves in a while. */
    void postpone(DueMessage message, Pause pause, Duration wait) {
        queue.postpone(message.id(), pause.recipients(), wait);
        await(message.id(), pause);
        taken.release(pause.recipients().size());
    }

    private void await(QueueId id, Pause pause) {
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
