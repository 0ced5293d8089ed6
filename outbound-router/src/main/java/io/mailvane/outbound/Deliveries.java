package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Egress;
import io.mailvane.route.MailClass;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the attempts, logs them, and has their outcomes written while the connection goes on. Any number of threads. */
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
    private final Consumer<Round> router;
    private final Verdicts verdicts;
    private final Rounds rounds;
    private final Settlements settlements;

    Deliveries(
            MessageQueue queue,
            Surroundings surroundings,
            Timeouts timeouts,
            Semaphore taken,
            Egress egress,
            Rounds rounds,
            Consumer<Round> router) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.timeouts = timeouts;
        this.egress = egress;
        this.rounds = rounds;
        this.router = router;
        this.verdicts = new Verdicts(egress, surroundings.evidence());
        this.log = new AttemptLog(surroundings.ticker());
        var waiting = new WaitingForRoute();
        this.settlements = new Settlements(queue, taken, waiting, rounds.lost(), surroundings.clock(), this);
        this.held = new HeldRounds(queue, settlements, waiting, log, egress, surroundings.clock());
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
                    conclude(log.past(job, report.passed(), surroundings.clock().instant()), report);
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

    /** Hears what was said of each recipient: some outcomes stand, some recipients go on by another way. */
    private void conclude(Job job, DeliveryReport.Attempted report) {
        long view = held.view();
        var hearing = verdicts.hearing(
                job, report.relay(), report.heard(), surroundings.clock().instant());
        boolean isGreylisted = false;
        var standing = new LinkedHashMap<Integer, DeliveryOutcome>();
        var ours = new ArrayList<Integer>();
        var unsure = new ArrayList<Integer>();
        var goingOn = new LinkedHashMap<Integer, DeliveryOutcome>();
        for (int i = 0; i < job.recipients().size(); i++) {
            int recipient = job.recipients().get(i);
            var outcome = report.outcomes().get(i);
            switch (hearing.judge(recipient, outcome)) {
                case FINAL -> standing.put(recipient, outcome);
                case SAME_WAY -> {
                    standing.put(recipient, outcome);
                    isGreylisted = true;
                }
                case UNSURE -> {
                    standing.put(recipient, outcome);
                    unsure.add(recipient);
                }
                case OUR_ADDRESS -> {
                    standing.put(recipient, outcome);
                    ours.add(recipient);
                }
                case NEXT_WAY -> goingOn.put(recipient, outcome);
            }
        }
        giveBackQuota(job, report);
        job.choice().ifPresent(chosen -> report.echo().ifPresent(echo -> egress.seen(chosen.permit(), echo)));
        ended(job);
        if (!unsure.isEmpty()) {
            rounds.unsure(job);
        } else if (isGreylisted) {
            rounds.greylisted(job);
        }
        if (goingOn.isEmpty() && standing.values().stream().allMatch(DeliveryOutcome.Relayed.class::isInstance)) {
            rounds.unpin(job.message().id(), job.provider());
        }
        if (!standing.isEmpty()) {
            settle(job, standing, report, new Settlements.Pause(slowed(job, ours, view), unsure));
        }
        if (!goingOn.isEmpty()) {
            goOn(job, goingOn, report);
        }
    }

    /** Before another way is chosen: this one counts no more among those under way. */
    private void ended(Job job) {
        job.choice().ifPresent(chosen -> egress.ended(chosen.permit()));
    }

    private Optional<Settlements.Waiting> slowed(Job job, List<Integer> recipients, long view) {
        return job.choice().filter(_ -> !recipients.isEmpty()).map(chosen -> held.slowed(chosen, recipients, view));
    }

    private void giveBackQuota(Job job, DeliveryReport.Attempted report) {
        long kept = report.outcomes().stream().filter(report::mayHaveTaken).count();
        job.choice()
                .ifPresent(chosen ->
                        egress.giveBack(chosen.permit(), job.recipients().size() - (int) kept));
    }

    private void goOn(Job job, Map<Integer, DeliveryOutcome> refused, DeliveryReport.Attempted report) {
        var round = job.choice().orElseThrow().round();
        var facts = round.facts().refusedBy(job.choice().orElseThrow().route().name());
        router.accept(round.after(Round.Tried.of(Round.How.REFUSED, job, report), refused, facts));
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

    /** A fault of ours in it is this job's alone: its site has more. */
    @Override
    public void noConnection(Job job, DeliveryReport.NoConnection report) {
        try {
            unreached(job, report);
        } catch (RuntimeException e) {
            fault(job, e);
        }
    }

    private void unreached(Job job, DeliveryReport.NoConnection report) {
        var permit = job.choice().map(Job.Chosen::permit);
        var now = surroundings.clock().instant();
        if (permit.isPresent() && report.refusal().isPresent()) {
            var refusal = report.refusal().get();
            verdicts.hear(job, job.recipients().getFirst(), refusal.reply(), report.relay(), refusal.phase(), now);
        }
        boolean isMute = report.refusal()
                .filter(each -> each.phase() != ReplyPhase.GREETING)
                .isEmpty();
        if (isMute) {
            permit.ifPresent(egress::unreached);
        }
        noConnectionEither(log.past(job, report.passed(), now), report);
    }

    @Override
    public void noConnectionEither(Job job, DeliveryReport.NoConnection report) {
        var all = new LinkedHashMap<Integer, DeliveryOutcome>();
        DeliveryOutcome outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, report.reply());
        job.recipients().forEach(recipient -> all.put(recipient, outcome));
        boolean refused = isForOurAddress(job, report);
        var tried = Round.Tried.of(refused ? Round.How.REFUSED : Round.How.UNREACHED, job, report);
        ended(job);
        if (job.choice().isPresent()) {
            var chosen = job.choice().get();
            egress.giveBack(chosen.permit(), job.recipients().size());
            router.accept(chosen.round().after(tried, all, without(job, chosen, report)));
        } else if (job.next().isPresent()) {
            var round = rounds.begin(job.message(), job.recipients(), job.next().get(), job.takenNanos());
            router.accept(round.after(tried, all, round.facts()));
        } else {
            settle(job, deferredAll(job, report.relay(), report.reply(), report.timing()));
        }
    }

    /** Refused for our address, or not able to set out from it, another of ours may do; else nobody of ours will. */
    private MailFacts without(Job job, Job.Chosen chosen, DeliveryReport.NoConnection report) {
        var facts = chosen.round().facts();
        var name = chosen.route().name();
        if (report.side() == DeliveryReport.Side.OURS) {
            return facts.unable(name);
        }
        return isForOurAddress(job, report) || chosen.route().kind() == Route.Kind.SMARTHOST
                ? facts.refusedBy(name)
                : facts.unreached();
    }

    private boolean isForOurAddress(Job job, DeliveryReport.NoConnection report) {
        return report.refusal()
                .filter(each -> verdicts.isAboutOurAddress(job, each, report.relay()))
                .isPresent();
    }

    @Override
    public void fault(Job job, Throwable cause) {
        // It may have been tried: what it had of a quota is used, but another may be the one that shows whether its way
        // is open.
        job.choice().ifPresent(chosen -> egress.untried(chosen.permit(), 0));
        fault(job.message(), cause);
        settle(job, deferredAll(job, "-", FAULT, DeliveryReport.Timing.NONE));
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

    private static DeliveryReport.Attempted deferredAll(
            Job job, String relay, SmtpReply reply, DeliveryReport.Timing timing) {
        DeliveryOutcome outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, reply);
        var all = Collections.nCopies(job.recipients().size(), outcome);
        return new DeliveryReport.Attempted(relay, all, DeliveryReport.Dsn.HANDED_ON, timing);
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

    private void settle(Job job, DeliveryReport.Attempted report) {
        var outcomes = new LinkedHashMap<Integer, DeliveryOutcome>();
        for (int i = 0; i < job.recipients().size(); i++) {
            outcomes.put(job.recipients().get(i), report.outcomes().get(i));
        }
        settle(job, outcomes, report, Settlements.Pause.NONE);
    }

    private void settle(
            Job job, Map<Integer, DeliveryOutcome> outcomes, DeliveryReport.Attempted report, Settlements.Pause pause) {
        var attempts = new ArrayList<Attempt>(job.choice()
                .map(chosen -> chosen.round().made(outcomes::containsKey))
                .orElse(List.of()));
        outcomes.forEach((recipient, outcome) -> {
            var attempt = attempt(job, recipient, report.relay(), outcome);
            attempts.add(attempt);
            log.write(job, attempt, report.timing());
        });
        settlements.settle(job.message(), attempts, report.dsn(), pause);
    }

    private Attempt attempt(Job job, int recipient, String relay, DeliveryOutcome outcome) {
        return new Attempt(recipient, surroundings.clock().instant(), job.way().route(), relay, outcome, job.why());
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

    boolean awaitSettled(Duration most) throws InterruptedException {
        return settlements.await(most);
    }
}
