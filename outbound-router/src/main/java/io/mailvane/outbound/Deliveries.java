package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the attempts, logs them, and has their outcomes written while the connection goes on. Any number of threads. */
final class Deliveries implements Site.Courier {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final int MAX_SETTLING = 2_000;
    private static final SmtpReply FAULT = SmtpReply.of(451, "4.3.0", "an error of this mail system");

    final AtomicLong relayed = new AtomicLong();
    final AtomicLong deferred = new AtomicLong();
    final AtomicLong failed = new AtomicLong();
    final AtomicLong faults = new AtomicLong();
    private final MessageQueue queue;
    private final Surroundings surroundings;
    private final Timeouts timeouts;
    private final Semaphore taken;
    private final java.util.function.Consumer<Job> router;
    private final Semaphore settling = new Semaphore(MAX_SETTLING);

    Deliveries(
            MessageQueue queue,
            Surroundings surroundings,
            Timeouts timeouts,
            Semaphore taken,
            java.util.function.Consumer<Job> router) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.timeouts = timeouts;
        this.taken = taken;
        this.router = router;
    }

    @Override
    public Optional<DeliveryReport.NoConnection> deliver(Job job, Transport.Session session) {
        try {
            return switch (session.deliver(delivery(job))) {
                case DeliveryReport.NoConnection none -> Optional.of(none);
                case DeliveryReport.Attempted report -> {
                    if (report.outcomes().size() != job.recipients().size()) {
                        throw new IllegalStateException("a transport owes one outcome for each recipient");
                    }
                    settle(job, report);
                    yield Optional.empty();
                }
            };
        } catch (RuntimeException | LinkageError e) {
            fault(job, e);
            return Optional.empty();
        }
    }

    private Delivery delivery(Job job) {
        var message = job.message();
        var recipients = job.recipients().stream()
                .map(i -> message.envelope().recipients().get(i))
                .toList();
        return new Delivery(
                message.id(),
                message.envelope(),
                recipients,
                message.size(),
                () -> content(message),
                Deadline.in(timeouts.delivery(), surroundings.ticker()));
    }

    private InputStream content(DueMessage message) {
        try {
            return new QueuedContent(queue.content(message.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells a fault of our storage from one of the connection. */
    private static final class QueuedContent extends FilterInputStream {
        QueuedContent(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            try {
                return super.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int read(byte[] octets, int offset, int length) {
            try {
                return super.read(octets, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void noConnection(Job job, DeliveryReport.NoConnection report) {
        if (job.hasNextWay()) {
            router.accept(job.onNextWay());
        } else {
            settle(job, deferredAll(job, report.relay(), report.reply(), report.timing()));
        }
    }

    @Override
    public void fault(Job job, Throwable cause) {
        fault(job.message(), cause);
        settle(job, deferredAll(job, "-", FAULT, DeliveryReport.Timing.NONE));
    }

    private static DeliveryReport.Attempted deferredAll(
            Job job, String relay, SmtpReply reply, DeliveryReport.Timing timing) {
        DeliveryOutcome outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, reply);
        var all = Collections.nCopies(job.recipients().size(), outcome);
        return new DeliveryReport.Attempted(relay, all, DeliveryReport.Dsn.HANDED_ON, timing);
    }

    void fault(DueMessage message, Throwable cause) {
        faults.incrementAndGet();
        LOG.error("{}", LogLine.event("alarm").field("what", "delivery-fault").field("qid", message.id()), cause);
    }

    @Override
    public void alarm(Throwable cause) {
        faults.incrementAndGet();
        LOG.error("{}", LogLine.event("alarm").field("what", "transport-fault"), cause);
    }

    private void settle(Job job, DeliveryReport.Attempted report) {
        var way = job.current();
        var now = surroundings.clock().instant();
        var attempts = new ArrayList<Attempt>();
        var taken = Duration.ofNanos(surroundings.ticker().getAsLong() - job.takenNanos());
        var waited = taken.minus(report.timing().whole());
        for (int i = 0; i < job.recipients().size(); i++) {
            var attempt = new Attempt(
                    job.recipients().get(i),
                    now,
                    way.route(),
                    report.relay(),
                    report.outcomes().get(i),
                    way.why());
            attempts.add(attempt);
            log(job.message(), attempt, job.ways().provider(), way.tier(), waited, report.timing());
        }
        settle(job.message(), attempts, report.dsn());
    }

    /** Recipients that no next hop was asked for. */
    void decide(DueMessage message, List<Integer> recipients, Routing.Decided decided) {
        var now = surroundings.clock().instant();
        var attempts = new ArrayList<Attempt>();
        for (int recipient : recipients) {
            var attempt = new Attempt(recipient, now, decided.route(), "-", decided.outcome(), decided.why());
            attempts.add(attempt);
            log(message, attempt, decided.provider(), "-", Duration.ZERO, DeliveryReport.Timing.NONE);
        }
        settle(message, attempts, DeliveryReport.Dsn.HANDED_ON);
    }

    private void settle(DueMessage message, List<Attempt> attempts, DeliveryReport.Dsn dsn) {
        settling.acquireUninterruptibly();
        Thread.ofVirtual().name("settle").start(() -> {
            try {
                ScopedValue.where(DsnWriter.SUCCESS, dsn).call(() -> {
                    queue.settle(message.id(), attempts);
                    return attempts.size();
                });
            } catch (QueueUnavailableException | RuntimeException e) {
                fault(message, e);
            } finally {
                taken.release(attempts.size());
                settling.release();
            }
        });
    }

    boolean awaitSettled(Duration most) throws InterruptedException {
        boolean all = settling.tryAcquire(MAX_SETTLING, most.toNanos(), java.util.concurrent.TimeUnit.NANOSECONDS);
        if (all) {
            settling.release(MAX_SETTLING);
        }
        return all;
    }

    private void log(
            DueMessage message,
            Attempt attempt,
            String provider,
            String tier,
            Duration waited,
            DeliveryReport.Timing timing) {
        var reply = attempt.outcome().reply();
        var spent = waited.plus(timing.whole());
        var before = Duration.between(message.received(), attempt.at()).minus(spent);
        LOG.info(
                "{}",
                LogLine.event("attempt")
                        .field("qid", message.id())
                        .field("from", message.envelope().reversePath())
                        .field(
                                "to",
                                message.envelope()
                                        .recipients()
                                        .get(attempt.recipient())
                                        .mailbox())
                        .field("provider", provider)
                        .field("route", attempt.route())
                        .field("tier", tier)
                        .field("source", "-")
                        .field("relay", attempt.relay())
                        .field("outcome", count(attempt.outcome()))
                        .field("code", reply.code())
                        .field("status", reply.effectiveStatus())
                        .seconds("before", before)
                        .seconds("queue", waited)
                        .seconds("setup", timing.setup())
                        .seconds("transmission", timing.transmission())
                        .field("reply", reply.text()));
    }

    private String count(DeliveryOutcome outcome) {
        return switch (outcome) {
            case DeliveryOutcome.Relayed r -> word(relayed, "relayed");
            case DeliveryOutcome.Deferred d -> word(deferred, "deferred");
            case DeliveryOutcome.Failed f -> word(failed, "failed");
        };
    }

    private static String word(AtomicLong counter, String word) {
        counter.incrementAndGet();
        return word;
    }
}
