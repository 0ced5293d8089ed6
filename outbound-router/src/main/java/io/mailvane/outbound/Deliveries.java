package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.route.Egress;
import io.mailvane.route.MailClass;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the deliveries: hands each to its transport, and what that reports to {@link Outcomes}. What is not delivered goes back to the
 * queue, or is settled as it was decided. A fault of ours ends here, counted and told of, as a deferral. Any number of threads.
 */
final class Deliveries implements Site.Courier, Settlements.Failure {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final SmtpReply FAULT = SmtpReply.of(451, "4.3.0", "an error of this mail system");

    final AttemptLog log;
    final HeldRounds held;
    final AtomicLong faults = new AtomicLong();
    /** Messages whose outcomes the queue could not store. */
    final AtomicLong unwritten = new AtomicLong();

    private final MessageQueue queue;
    private final Surroundings surroundings;
    private final Timeouts timeouts;
    private final Egress egress;
    private final Outcomes.Router router;
    private final Settlements settlements;
    private final Outcomes outcomes;

    Deliveries(
            MessageQueue queue,
            Surroundings surroundings,
            Timeouts timeouts,
            Semaphore taken,
            Egress egress,
            Rounds rounds,
            Outcomes.Router router) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.timeouts = timeouts;
        this.egress = egress;
        this.router = router;
        this.log = new AttemptLog(surroundings.ticker());
        var waiting = new WaitingForRoute();
        this.settlements = new Settlements(queue, taken, waiting, rounds.lost(), surroundings.clock(), this);
        this.held = new HeldRounds(queue, settlements, waiting, log, egress, surroundings.clock());
        this.outcomes = new Outcomes(surroundings, egress, rounds, held, log, settlements, router);
    }

    @Override
    public boolean isOpen(Job job) {
        return job.choice()
                .map(chosen -> egress.isOpen(chosen.permit(), chosen.round().facts()))
                .orElse(true);
    }

    @Override
    public boolean keepsSession(Job last) {
        return last.choice().map(chosen -> egress.keepsSession(chosen.permit())).orElse(true);
    }

    /** Its round goes on as if this way had never been chosen: it is no switch. */
    @Override
    public void decideAnew(Job job) {
        hear(job, () -> {
            untried(job);
            router.route(job.choice().orElseThrow().round());
        });
    }

    @Override
    public Optional<DeliveryReport.NoConnection> deliver(Job job, Transport.Session session) {
        if (!queue.mayDeliver()) {
            handBack(job);
            return Optional.empty();
        }
        try {
            return switch (session.deliver(delivery(job))) {
                case DeliveryReport.NoConnection none -> Optional.of(none);
                case DeliveryReport.Attempted report -> {
                    if (report.outcomes().size() != job.recipients().size()) {
                        throw new IllegalStateException("a transport owes one outcome for each recipient");
                    }
                    outcomes.attempted(job, report);
                    yield Optional.empty();
                }
            };
        } catch (NotOursException e) {
            LOG.debug("message {} is not delivered", job.message().id(), e);
            handBack(job);
            return Optional.empty();
        } catch (RuntimeException | LinkageError e) {
            fault(job, e);
            return Optional.empty();
        }
    }

    @Override
    public void noConnection(Job job, DeliveryReport.NoConnection report) {
        hear(job, () -> outcomes.noConnection(job, report));
    }

    @Override
    public void noConnectionEither(Job job, DeliveryReport.NoConnection report) {
        hear(job, () -> outcomes.noConnectionEither(job, report));
    }

    /** A fault of ours in it is this job's alone: its site has more. */
    private void hear(Job job, Runnable hearing) {
        try {
            hearing.run();
        } catch (RuntimeException | LinkageError e) {
            fault(job, e);
        }
    }

    /** A connection came about, or the peer answered, when the lease had lapsed: nothing of the message was sent yet. */
    private static final class NotOursException extends UncheckedIOException {
        private static final long serialVersionUID = 1;

        NotOursException() {
            super(new IOException("another node may deliver it by now"));
        }
    }

    /** What a job took of its way is there again. */
    void untried(Job job) {
        job.choice()
                .ifPresent(
                        each -> egress.untried(each.permit(), job.recipients().size()));
    }

    /** Nothing is begun with it. What was tried before is written, for whoever goes on with it to see. */
    void handBack(Job job) {
        untried(job);
        job.choice()
                .ifPresentOrElse(
                        each -> handBack(each.round()), () -> settlements.handBack(job.message(), job.recipients()));
    }

    /** As {@link #handBack(Job)}, of one that has no job. */
    void handBack(Round round) {
        if (!held.interrupted(round, Duration.ZERO)) {
            settlements.handBack(round.message(), round.recipients());
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
                Deadline.in(timeouts.delivery(), surroundings.ticker()),
                LastHost.of(job, queue));
    }

    /** By its header section: read only where it is asked for. */
    MailClass mailClass(DueMessage message) {
        try (var content = queue.content(message.id())) {
            return Precedence.of(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asked for behind RCPT, so this is the last moment at which a delivery can be left alone. */
    private InputStream content(DueMessage message) {
        if (!queue.mayDeliver()) {
            throw new NotOursException();
        }
        try {
            return new QueuedContent(queue.content(message.id()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another way follows: what the last one said is no outcome, but an attempt it was. */
    Round goingOn(Round round) {
        if (round.last().isEmpty()) {
            return round;
        }
        var tried = round.tried();
        var now = surroundings.clock().instant();
        var attempts = new ArrayList<Attempt>();
        for (int recipient : round.recipients()) {
            Optional.ofNullable(round.last().get(recipient))
                    .map(said -> new Attempt(
                            recipient, now, tried.route(), tried.relay(), Verdicts.temporary(said), tried.why()))
                    .ifPresent(attempts::add);
        }
        attempts.forEach(attempt -> log.write(round, attempt));
        return round.goingOn(attempts);
    }

    /** Recipients that no next hop was asked for. */
    void decide(DueMessage message, List<Integer> recipients, Routing.Decided decided) {
        var now = surroundings.clock().instant();
        var attempts = new ArrayList<Attempt>();
        for (int recipient : recipients) {
            var attempt = new Attempt(recipient, now, decided.route(), "-", decided.outcome(), decided.why());
            attempts.add(attempt);
            log.write(message, attempt, decided.provider());
        }
        settlements.settle(message, attempts, DeliveryReport.Dsn.HANDED_ON, Settlements.Pause.NONE);
    }

    @Override
    public void fault(Job job, Throwable cause) {
        // It may have been tried: what it had of a quota is used, but another may be the one that shows whether its way
        // is open.
        job.choice().ifPresent(chosen -> egress.untried(chosen.permit(), 0));
        fault(job.message(), cause);
        outcomes.defer(job, "-", FAULT, DeliveryReport.Timing.NONE);
    }

    void fault(Round round, Throwable cause) {
        fault(round.message(), cause);
        var now = surroundings.clock().instant();
        var outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, FAULT);
        var attempts = new ArrayList<>(round.made());
        for (int recipient : round.recipients()) {
            var attempt = new Attempt(
                    recipient, now, "-", "-", outcome, round.choice().why());
            attempts.add(attempt);
            log.write(round, attempt);
        }
        settlements.settle(round.message(), attempts, DeliveryReport.Dsn.HANDED_ON, Settlements.Pause.NONE);
    }

    @Override
    public void fault(DueMessage message, Throwable cause) {
        faults.incrementAndGet();
        LOG.error("{}", LogLine.event("alarm").field("what", "delivery-fault").field("qid", message.id()), cause);
    }

    /** A full disk is no fault of ours; why the volume takes nothing is told where that was found. */
    @Override
    public void unwritten(DueMessage message, QueueUnavailableException cause) {
        unwritten.incrementAndGet();
        LOG.warn(
                "{}",
                LogLine.event("alarm")
                        .field("what", "not-settled")
                        .field("qid", message.id())
                        .field("reason", String.valueOf(cause.getMessage())));
    }

    /** Of how many messages it is in doubt by now what is on record: a fault of ours, or one of the storage. */
    long unsettled() {
        return faults.get() + unwritten.get();
    }

    @Override
    public void alarm(Throwable cause) {
        faults.incrementAndGet();
        LOG.error("{}", LogLine.event("alarm").field("what", "transport-fault"), cause);
    }

    boolean awaitSettled(Duration most) throws InterruptedException {
        return settlements.await(most);
    }
}
