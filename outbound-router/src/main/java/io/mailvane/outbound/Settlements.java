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

/**
 * Has outcomes written while the connections go on, and gives back the recipients' permits once they are.
 *
 * @param taken of the recipients in our hands
 */
record Settlements(
        MessageQueue queue,
        Semaphore taken,
        WaitingForRoute waiting,
        LostReplies lost,
        InstantSource clock,
        Failure failure,
        Semaphore settling) {
    private static final int MOST = 2_000;
    /** A receiver that took a message may be at it for so long (RFC 1047): to send it again sooner is to send it twice. */
    private static final Duration LOST_REPLY = Duration.ofMinutes(10);

    Settlements(
            MessageQueue queue,
            Semaphore taken,
            WaitingForRoute waiting,
            LostReplies lost,
            InstantSource clock,
            Failure failure) {
        this(queue, taken, waiting, lost, clock, failure, new Semaphore(MOST));
    }

    /** Hears of outcomes that were not written: they are tried again. */
    interface Failure {
        /** An error of ours. */
        void fault(DueMessage message, Throwable cause);

        /** The queue could not store them. */
        void unwritten(DueMessage message, QueueUnavailableException cause);
    }

    /**
     * Recipients that wait because of our addresses.
     *
     * @param view of our addresses, by which they wait ({@link WaitingForRoute#view})
     * @param until when they should be looked at, if that is before the retry schedule has them due
     */
    record Waiting(List<Integer> recipients, WaitingForRoute.Cause cause, long view, Optional<Instant> until) {}

    /**
     * Recipients that wait otherwise than the retry schedule says.
     *
     * @param unsure those that may have been taken, for the last reply was lost
     */
    record Pause(Optional<Waiting> waiting, List<Integer> unsure) {
        static final Pause NONE = new Pause(Optional.empty(), List.of());

        static Pause of(Waiting waiting) {
            return new Pause(Optional.of(waiting), List.of());
        }
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
            } catch (QueueUnavailableException e) {
                failure.unwritten(message, e);
            } catch (RuntimeException e) {
                failure.fault(message, e);
            } finally {
                taken.release(recipients);
                settling.release();
            }
        });
    }

    /** Once they are deferred: a view that changed since the decision has passed them by, and they are looked at again. */
    private void rest(QueueId id, Pause pause) {
        if (!pause.unsure().isEmpty()) {
            var again = clock.instant().plus(LOST_REPLY);
            queue.delay(id, pause.unsure(), again);
            lost.put(new LostReplies.Lost(id, pause.unsure(), again));
        }
        pause.waiting().ifPresent(each -> {
            // In this order: who is under way again at once is to be found waiting, and taken from there.
            await(id, each);
            each.until().ifPresent(at -> queue.hasten(id, each.recipients(), at));
        });
    }

    /** Nothing is written: they were not tried, and come back by themselves in a while. */
    void postpone(DueMessage message, Waiting those, Duration wait) {
        queue.postpone(message.id(), those.recipients(), wait);
        await(message.id(), those);
        taken.release(those.recipients().size());
    }

    /** They were not tried, and are due as before. */
    void handBack(DueMessage message, List<Integer> recipients) {
        queue.handBack(message.id(), recipients);
        taken.release(recipients.size());
    }

    private void await(QueueId id, Waiting those) {
        if (!waiting.add(id, those.recipients(), those.cause(), those.view())) {
            queue.hasten(id, those.recipients(), clock.instant());
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
