package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Decision;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts;
import io.mailvane.route.Route;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
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
    private final Egress egress;
    private final Consumer<Round> router;
    private final Verdicts verdicts;
    private final Pins pins = new Pins();
    private final WaitingForRoute waiting = new WaitingForRoute();
    private final Semaphore settling = new Semaphore(MAX_SETTLING);

    Deliveries(
            MessageQueue queue,
            Surroundings surroundings,
            Timeouts timeouts,
            Semaphore taken,
            Egress egress,
            Consumer<Round> router) {
        this.queue = queue;
        this.surroundings = surroundings;
        this.timeouts = timeouts;
        this.taken = taken;
        this.egress = egress;
        this.router = router;
        this.verdicts = new Verdicts(egress, surroundings.evidence());
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
                    conclude(job, report);
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

    /** Hears what was said of each recipient: some outcomes stand, some recipients go on by another way. */
    private void conclude(Job job, DeliveryReport.Attempted report) {
        var now = surroundings.clock().instant();
        var standing = new LinkedHashMap<Integer, DeliveryOutcome>();
        var goingOn = new LinkedHashMap<Integer, DeliveryOutcome>();
        for (int i = 0; i < job.recipients().size(); i++) {
            int recipient = job.recipients().get(i);
            var outcome = report.outcomes().get(i);
            switch (verdicts.judge(job, recipient, outcome, report.relay(), report.heard(), now)) {
                case FINAL -> {
                    standing.put(recipient, outcome);
                    waiting.remove(job.message().id(), List.of(recipient));
                }
                case SAME_WAY -> {
                    standing.put(recipient, outcome);
                    pin(job, now);
                }
                case OUR_ADDRESS -> {
                    standing.put(recipient, outcome);
                    waiting.add(job.message().id(), List.of(recipient));
                }
                case NEXT_WAY -> goingOn.put(recipient, outcome);
            }
        }
        giveBackQuota(job, report);
        if (goingOn.isEmpty() && standing.values().stream().allMatch(DeliveryOutcome.Relayed.class::isInstance)) {
            pins.remove(job.message().id(), job.provider());
        }
        if (!standing.isEmpty()) {
            settle(job, standing, report);
        }
        if (!goingOn.isEmpty()) {
            goOn(job, goingOn, report);
        }
    }

    private void pin(Job job, Instant now) {
        job.choice()
                .ifPresent(chosen -> pins.put(
                        job.message().id(),
                        job.provider(),
                        new MailFacts.Pin(
                                chosen.route().name(),
                                chosen.tier(),
                                now.plus(egress.settings().greylistPin()))));
    }

    Optional<MailFacts.Pin> pin(QueueId id, ProviderId provider) {
        return pins.find(id, provider, surroundings.clock().instant());
    }

    private void giveBackQuota(Job job, DeliveryReport.Attempted report) {
        long kept = report.outcomes().stream()
                .filter(outcome -> outcome instanceof DeliveryOutcome.Relayed
                        || report.heard().isEmpty())
                .count();
        job.choice()
                .ifPresent(chosen ->
                        egress.giveBack(chosen.route(), job.recipients().size() - (int) kept));
    }

    private void goOn(Job job, Map<Integer, DeliveryOutcome> refused, DeliveryReport.Attempted report) {
        var round = job.choice().orElseThrow().round();
        var facts = round.facts().refusedBy(job.choice().orElseThrow().route().name());
        router.accept(round.after(Round.Tried.of(Round.How.REFUSED, job, report), refused, facts));
    }

    /** Another way follows: what the last one said is no outcome, only a line in the log. */
    void goesOn(Round round) {
        if (round.tried().how() != Round.How.REFUSED) {
            return;
        }
        var now = surroundings.clock().instant();
        round.last()
                .forEach((recipient, outcome) -> log(
                        round,
                        new Attempt(
                                recipient,
                                now,
                                round.tried().route(),
                                round.tried().relay(),
                                Verdicts.temporary(outcome),
                                "")));
    }

    Round round(DueMessage message, List<Integer> recipients, Routing.Choice choice, MailFacts facts) {
        return new Round(
                message,
                recipients,
                choice,
                facts.forRecipients(recipients.size()),
                Map.of(),
                Round.Tried.NONE,
                List.of(),
                surroundings.ticker().getAsLong());
    }

    @Override
    public void noConnection(Job job, DeliveryReport.NoConnection report) {
        var route = job.choice().map(Job.Chosen::route);
        var now = surroundings.clock().instant();
        if (route.isPresent() && report.refusal().isPresent()) {
            var refusal = report.refusal().get();
            verdicts.hear(job, job.recipients().getFirst(), refusal.reply(), report.relay(), refusal.phase(), now);
        }
        boolean isMute = report.refusal()
                .filter(each -> each.phase() != ReplyPhase.GREETING)
                .isEmpty();
        if (isMute) {
            route.ifPresent(egress::unreached);
        }
        noConnectionEither(job, report);
    }

    @Override
    public void noConnectionEither(Job job, DeliveryReport.NoConnection report) {
        var all = new LinkedHashMap<Integer, DeliveryOutcome>();
        DeliveryOutcome outcome = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, report.reply());
        job.recipients().forEach(recipient -> all.put(recipient, outcome));
        var tried = Round.Tried.of(Round.How.UNREACHED, job, report);
        if (job.choice().isPresent()) {
            var chosen = job.choice().get();
            egress.giveBack(chosen.route(), job.recipients().size());
            router.accept(chosen.round().after(tried, all, without(job, chosen, report)));
        } else if (job.next().isPresent()) {
            var choice = job.next().get();
            var facts = MailFacts.of(
                            job.message().id().text().hashCode(),
                            job.provider(),
                            job.message().envelope().reversePath())
                    .allowing(choice.allowed());
            router.accept(round(job.message(), job.recipients(), choice, facts).after(tried, all, facts));
        } else {
            settle(job, deferredAll(job, report.relay(), report.reply(), report.timing()));
        }
    }

    /** Refused for our address, another of ours may be welcome; else nobody of ours will be. */
    private MailFacts without(Job job, Job.Chosen chosen, DeliveryReport.NoConnection report) {
        var facts = chosen.round().facts();
        boolean refused = report.refusal()
                .filter(each -> verdicts.isAboutOurAddress(job, each, report.relay()))
                .isPresent();
        return refused || chosen.route().kind() == Route.Kind.SMARTHOST
                ? facts.refusedBy(chosen.route().name())
                : facts.unreached();
    }

    /** Nothing is open: what was said last stands as a deferral, or, if nobody was asked, the reason to wait. */
    void hold(Round round, Decision.Hold hold) {
        var id = round.message().id();
        boolean isAsked = !round.last().isEmpty();
        if (!isAsked
                && hold.reason() == Decision.HoldReason.PACED
                && hold.until().isPresent()) {
            queue.postpone(
                    id,
                    round.recipients(),
                    Duration.between(egress.now(), hold.until().get()));
            taken.release(round.recipients().size());
            return;
        }
        waiting.add(id, round.recipients());
        var none = new DeliveryOutcome.Deferred(
                DeliveryOutcome.Scope.DESTINATION, SmtpReply.of(451, "4.4.4", SmtpTransaction.oneLine(hold.why())));
        var now = surroundings.clock().instant();
        var attempts = new ArrayList<Attempt>();
        for (int recipient : round.recipients()) {
            var outcome = Verdicts.temporary(round.last().getOrDefault(recipient, none));
            var tried = round.tried();
            var attempt = new Attempt(recipient, now, tried.route(), tried.relay(), outcome, round.why(hold.why()));
            attempts.add(attempt);
            log(round, attempt);
        }
        settle(round.message(), attempts, DeliveryReport.Dsn.HANDED_ON, hold.until());
    }

    int waitingForRoute() {
        return waiting.messages();
    }

    /** A changed view may have a way for what waits because of our addresses. */
    void hastenWaiting() {
        var now = surroundings.clock().instant();
        waiting.takeAll().forEach((id, recipients) -> queue.hasten(id, List.copyOf(recipients), now));
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
        var outcomes = new LinkedHashMap<Integer, DeliveryOutcome>();
        for (int i = 0; i < job.recipients().size(); i++) {
            outcomes.put(job.recipients().get(i), report.outcomes().get(i));
        }
        settle(job, outcomes, report);
    }

    private void settle(Job job, Map<Integer, DeliveryOutcome> outcomes, DeliveryReport.Attempted report) {
        var attempts = new ArrayList<Attempt>();
        outcomes.forEach((recipient, outcome) -> {
            var attempt = attempt(job, recipient, report.relay(), outcome);
            attempts.add(attempt);
            log(job, attempt, report.timing());
        });
        settle(job.message(), attempts, report.dsn(), Optional.empty());
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
            log(message, attempt, new Place(decided.provider(), "-", "-"), Duration.ZERO, DeliveryReport.Timing.NONE);
        }
        settle(message, attempts, DeliveryReport.Dsn.HANDED_ON, Optional.empty());
    }

    /** @param again when those that are deferred should be looked at, if that is before the retry schedule has them due */
    private void settle(DueMessage message, List<Attempt> attempts, DeliveryReport.Dsn dsn, Optional<Instant> again) {
        settling.acquireUninterruptibly();
        Thread.ofVirtual().name("settle").start(() -> {
            try {
                ScopedValue.where(DsnWriter.SUCCESS, dsn).call(() -> {
                    queue.settle(message.id(), attempts);
                    return attempts.size();
                });
                again.ifPresent(at -> queue.hasten(
                        message.id(), attempts.stream().map(Attempt::recipient).toList(), at));
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

    /** Where an attempt was made, as logs show it. */
    private record Place(ProviderId provider, String tier, String source) {}

    private void log(Round round, Attempt attempt) {
        var tried = round.tried();
        var taken = Duration.ofNanos(surroundings.ticker().getAsLong() - round.takenNanos());
        var place = new Place(round.choice().provider(), tried.tier(), tried.source());
        log(round.message(), attempt, place, taken.minus(tried.timing().whole()), tried.timing());
    }

    private void log(Job job, Attempt attempt, DeliveryReport.Timing timing) {
        var taken = Duration.ofNanos(surroundings.ticker().getAsLong() - job.takenNanos());
        var place = new Place(job.provider(), job.tier(), job.way().source().orElse("-"));
        log(job.message(), attempt, place, taken.minus(timing.whole()), timing);
    }

    private void log(DueMessage message, Attempt attempt, Place place, Duration waited, DeliveryReport.Timing timing) {
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
                        .field("provider", place.provider())
                        .field("route", attempt.route())
                        .field("tier", place.tier())
                        .field("source", place.source())
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
