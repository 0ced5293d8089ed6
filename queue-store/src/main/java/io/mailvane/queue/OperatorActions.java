package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an operator does to messages, written as {@link Settlement} writes outcomes. Any number of threads. */
final class OperatorActions {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorActions.class);
    private static final SmtpReply BOUNCED = SmtpReply.of(554, "5.7.0", "Returned by the operator");

    private static final Judgement UNSCANNED =
            new Judgement(MessageState.ACTIVE, ResultField.octets(List.of(ResultField.NOT_SCANNED)), "");

    private final Index index;
    private final InstantSource clock;
    private final Settlement settlement;
    private final Verdicts verdicts;

    OperatorActions(QueueParts parts, Settlement settlement, Verdicts verdicts) {
        this.index = parts.index();
        this.clock = parts.clock();
        this.settlement = settlement;
        this.verdicts = verdicts;
    }

    MessageQueue.Effect apply(Entry entry, MessageQueue.Action action) throws QueueUnavailableException {
        synchronized (entry) {
            if (action == MessageQueue.Action.HOLD && awaitsScan(entry)) {
                // To be held would take the place of its being never judged, and whoever releases what is held means
                // what was judged.
                return MessageQueue.Effect.AWAITS_SCAN;
            }
            if (action == MessageQueue.Action.RELEASE && isDamaged(entry)) {
                return MessageQueue.Effect.DAMAGED;
            }
            return applyAlone(entry, action) ? MessageQueue.Effect.CHANGED : MessageQueue.Effect.NONE;
        }
    }

    private boolean awaitsScan(Entry entry) {
        return index.read(entry.id, e -> e.base == MessageState.TO_SCAN).orElse(false);
    }

    private static boolean isDamaged(Entry entry) throws QueueUnavailableException {
        try {
            var placement = entry.placement;
            return Details.damage(placement, entry.home().details().commit(placement))
                    .isPresent();
        } catch (IOException e) {
            throw new QueueUnavailableException("message " + entry.id + " cannot be read: " + e.getMessage(), e);
        }
    }

    private boolean applyAlone(Entry entry, MessageQueue.Action action) throws QueueUnavailableException {
        var base = index.read(entry.id, e -> e.base).orElse(MessageState.SETTLED);
        boolean kept = base == MessageState.HELD || base == MessageState.QUARANTINED;
        return switch (action) {
            case HOLD -> base == MessageState.ACTIVE && hold(entry);
            case RELEASE -> base == MessageState.TO_SCAN ? verdicts.write(entry, UNSCANNED) : kept && release(entry);
            case RETRY, REROUTE ->
                base == MessageState.ACTIVE
                        && changeWaiting(
                                entry, base, standing(entry, RecipientState.ACTIVE, "retried by the operator"));
            case BOUNCE -> changeWaiting(entry, base, bounced(entry));
            case DELETE ->
                changeWaiting(entry, base, standing(entry, RecipientState.DELETED, "deleted by the operator"));
        };
    }

    private boolean hold(Entry entry) throws QueueUnavailableException {
        settlement.update(entry, MessageState.HELD, List.of());
        LOG.info("{}", held(entry.id, "held by the operator"));
        return true;
    }

    /** The event of every message that is kept from now on. */
    static LogLine held(QueueId id, String reason) {
        return LogLine.event("held").field("qid", id).field("reason", reason);
    }

    /** Also when an attempt from before the hold still runs: the message goes on, though no recipient waits just now. */
    private boolean release(Entry entry) throws QueueUnavailableException {
        boolean changed = changeWaiting(entry, MessageState.ACTIVE, standing(entry, RecipientState.ACTIVE, "released"));
        if (!changed) {
            settlement.update(entry, MessageState.ACTIVE, List.of());
        }
        return true;
    }

    private boolean changeWaiting(Entry entry, MessageState state, IntFunction<Payloads.Standing> standing)
            throws QueueUnavailableException {
        var claimed = index.claim(entry);
        if (claimed.isEmpty()) {
            return false;
        }
        boolean written = false;
        try {
            settlement.update(
                    entry, state, claimed.stream().map(standing::apply).toList());
            written = true;
        } finally {
            if (!written) {
                index.release(entry, claimed);
            }
        }
        return true;
    }

    private IntFunction<Payloads.Standing> standing(Entry entry, RecipientState state, String why) {
        var now = clock.instant();
        return i -> new Payloads.Standing(i, state, entry.attempts(i), now, why, Optional.empty());
    }

    private IntFunction<Payloads.Standing> bounced(Entry entry) {
        var now = clock.instant();
        var failed = new DeliveryOutcome.Failed(DeliveryOutcome.Scope.MESSAGE, BOUNCED);
        return i -> new Payloads.Standing(
                i, RecipientState.FAILED, entry.attempts(i), now, BOUNCED.text(), Optional.of(attempt(i, now, failed)));
    }

    private static Attempt attempt(int recipient, Instant now, DeliveryOutcome outcome) {
        return new Attempt(recipient, now, "-", "-", outcome, "bounced by the operator");
    }
}
