package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.MessageQueue;
import io.mailvane.route.Allowed;
import io.mailvane.route.Decision;
import io.mailvane.route.Egress;
import io.mailvane.route.Opening;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Rounds that end without another way: what was said last stands, or they wait, and are called back when there may be one. Any number of
 * threads.
 */
final class HeldRounds {
    /** One shows whether a way is well; of several that may, some have left the queue or have a better way by now. */
    private static final int CANDIDATES = 10;

    private final MessageQueue queue;
    private final Settlements settlements;
    private final WaitingForRoute waiting;
    private final AttemptLog log;
    private final Egress egress;
    private final InstantSource clock;
    private final HeldWatch watch = new HeldWatch();

    HeldRounds(
            MessageQueue queue,
            Settlements settlements,
            WaitingForRoute waiting,
            AttemptLog log,
            Egress egress,
            InstantSource clock) {
        this.queue = queue;
        this.settlements = settlements;
        this.waiting = waiting;
        this.log = log;
        this.egress = egress;
        this.clock = clock;
    }

    /**
     * Nothing is open: what was said last stands as a deferral, or, if nobody was asked, the reason to wait.
     *
     * @param view the {@link #view} before it was decided
     */
    void hold(Round round, Decision.Hold hold, long view) {
        boolean isAsked = !round.last().isEmpty() || !round.made().isEmpty();
        if (!isAsked
                && hold.reason() == Decision.HoldReason.PACED
                && hold.until().isPresent()) {
            settlements.postpone(
                    round.message(),
                    waiting(round, hold, view),
                    Duration.between(egress.now(), hold.until().get()));
            return;
        }
        var none = new DeliveryOutcome.Deferred(
                DeliveryOutcome.Scope.DESTINATION, SmtpReply.of(451, "4.4.4", SmtpTransaction.oneLine(hold.why())));
        var now = clock.instant();
        var attempts = new ArrayList<>(round.made());
        for (int recipient : round.recipients()) {
            var outcome = Verdicts.temporary(round.last().getOrDefault(recipient, none));
            var tried = round.tried();
            var attempt = new Attempt(recipient, now, tried.route(), tried.relay(), outcome, round.why(hold.why()));
            attempts.add(attempt);
            log.write(round, attempt);
        }
        settlements.settle(round.message(), attempts, DeliveryReport.Dsn.HANDED_ON, pause(round, hold, view));
    }

    /** Whom the destination gave no connection, and time opens no other way, waits for the destination. */
    private Settlements.Pause pause(Round round, Decision.Hold hold, long view) {
        boolean theirs = round.facts().allowed().addresses() == Allowed.Addresses.UNREACHED
                && hold.until().isEmpty();
        return theirs ? Settlements.Pause.NONE : Settlements.Pause.of(waiting(round, hold, view));
    }

    private Settlements.Waiting waiting(Round round, Decision.Hold hold, long view) {
        boolean isRefused =
                round.tried().how() == Round.How.REFUSED || hold.reason() == Decision.HoldReason.REFUSED_BY_ALL;
        var reason = isRefused
                ? WaitingForRoute.Reason.BLOCK
                : hold.reason() == Decision.HoldReason.PACED
                        ? WaitingForRoute.Reason.RATE
                        : WaitingForRoute.Reason.NO_ROUTE;
        return new Settlements.Waiting(round.recipients(), cause(round, reason), view, hold.until());
    }

    private WaitingForRoute.Cause cause(Round round, WaitingForRoute.Reason reason) {
        var facts = round.facts();
        return new WaitingForRoute.Cause(round.choice().provider(), reason, facts.mailClass(), egress.barred(facts));
    }

    /** Recipients of a job that a receiver was asked to take, and wants later. */
    Settlements.Waiting slowed(Job.Chosen chosen, List<Integer> recipients, long view) {
        return new Settlements.Waiting(
                recipients, cause(chosen.round(), WaitingForRoute.Reason.RATE), view, Optional.empty());
    }

    /** They are under way again, and wait for nothing. */
    void begins(DueMessage message, List<Integer> recipients) {
        waiting.remove(message.id(), recipients);
    }

    /**
     * A round ends before its next way was asked: the attempts it has made are kept, and it comes back after a while.
     *
     * @return false if it has made none: nothing is to be kept, and its recipients are the caller's still
     */
    boolean interrupted(Round round, Duration wait) {
        if (round.made().isEmpty()) {
            return false;
        }
        var back = clock.instant().plus(wait);
        var waits = new Settlements.Waiting(
                round.recipients(), cause(round, WaitingForRoute.Reason.TURN), view(), Optional.of(back));
        settlements.settle(round.message(), round.made(), DeliveryReport.Dsn.HANDED_ON, Settlements.Pause.of(waits));
        return true;
    }

    /** Changes with what is thought of our addresses. */
    long view() {
        return waiting.view();
    }

    /** How many messages by reason, as others read it. */
    Map<String, Integer> waitingForRoute() {
        var named = new TreeMap<String, Integer>();
        waiting.messages(queue::isQueued)
                .forEach((reason, messages) -> named.put(WaitingForRoute.named(reason), messages));
        return named;
    }

    /** Tells the log of what has waited too long. */
    synchronized void lookAtWaiting() {
        waitingForRoute();
        watch.look(waiting.held(), clock.instant());
    }

    /** A changed view may have a way for what waits because of our addresses. */
    void hastenWaiting() {
        hasten(waiting.takeAll());
    }

    /** A way that was shut lets mail through: what waits for one that leads there is looked at again. */
    void hastenWaiting(Opening opening) {
        hasten(
                switch (opening) {
                    case Opening.ToAll all -> waiting.takeAll();
                    case Opening.ToProvider one -> waiting.takeAll(one.provider());
                    case Opening.ForTrial trial ->
                        waiting.takeSome(trial.route().name(), CANDIDATES);
                });
    }

    private void hasten(Map<QueueId, Set<Integer>> waiting) {
        var now = clock.instant();
        waiting.forEach((id, recipients) -> queue.hasten(id, List.copyOf(recipients), now));
    }
}
