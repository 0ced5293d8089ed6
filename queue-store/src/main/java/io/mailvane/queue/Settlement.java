package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what became of recipients, together with the DSN they owe, in one forced batch; only then lets the settled go.
 * Any number of threads; one at a time for one message, so that its updates are a chain.
 */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final QueueSettings settings;
    private final InstantSource clock;
    private final Index index;
    private final Details details;
    private final DsnComposer composer;
    private final Totals totals;

    Settlement(QueueParts parts, DsnComposer composer) {
        this.settings = parts.settings();
        this.clock = parts.clock();
        this.index = parts.index();
        this.details = parts.details();
        this.composer = composer;
        this.totals = parts.totals();
    }

    /**
     * @param attempts in the order they were made; of several for one recipient the last is its outcome
     * @throws IllegalArgumentException if a recipient was not given out, or is settled: a recipient is settled once
     */
    void settle(Entry entry, List<Attempt> attempts) throws QueueUnavailableException {
        synchronized (entry) {
            requireTaken(entry, attempts);
            boolean written = false;
            try {
                write(entry, Optional.empty(), judge(entry, attempts));
                written = true;
            } finally {
                if (!written) {
                    tryLater(entry, attempts);
                }
            }
        }
    }

    private void requireTaken(Entry entry, List<Attempt> attempts) {
        var decided = new HashSet<Integer>();
        for (var attempt : attempts.reversed()) {
            int recipient = attempt.recipient();
            if (!decided.add(recipient) && !(attempt.outcome() instanceof DeliveryOutcome.Deferred)) {
                throw new IllegalArgumentException("recipient " + recipient + " of " + entry.id + " is settled once");
            }
            boolean taken = entry.has(recipient)
                    && index.read(
                                    entry.id,
                                    e -> e.inFlight(recipient)
                                            && !e.state(recipient).settled())
                            .orElse(false);
            if (!taken) {
                throw new IllegalArgumentException("recipient " + recipient + " of " + entry.id + " was not given out");
            }
        }
    }

    /** Another way followed each attempt but a recipient's last: only the last counts in the retry schedule. */
    private List<Payloads.Standing> judge(Entry entry, List<Attempt> attempts) {
        var standings = new ArrayList<Payloads.Standing>(attempts.size());
        var decided = new HashSet<Integer>();
        for (var attempt : attempts.reversed()) {
            boolean last = decided.add(attempt.recipient());
            standings.addFirst(last ? judge(entry, attempt) : followed(entry, attempt));
        }
        return standings;
    }

    private Payloads.Standing followed(Entry entry, Attempt attempt) {
        int made = entry.attempts(attempt.recipient());
        return new Payloads.Standing(
                attempt.recipient(),
                RecipientState.DEFERRED,
                made,
                clock.instant(),
                why(attempt),
                Optional.of(attempt));
    }

    private Payloads.Standing judge(Entry entry, Attempt attempt) {
        int made = entry.attempts(attempt.recipient()) + 1;
        var now = clock.instant();
        var received = Instant.ofEpochMilli(entry.receivedMillis);
        Optional<Instant> next = Optional.empty();
        var state = switch (attempt.outcome()) {
            case DeliveryOutcome.Relayed relayed -> RecipientState.RELAYED;
            case DeliveryOutcome.Failed failed -> RecipientState.FAILED;
            case DeliveryOutcome.Deferred deferred -> {
                next = settings.retry().next(received, made, now);
                yield next.isPresent() ? RecipientState.DEFERRED : RecipientState.EXPIRED;
            }
        };
        return new Payloads.Standing(
                attempt.recipient(), state, made, next.orElse(now), why(attempt), Optional.of(attempt));
    }

    private static String why(Attempt attempt) {
        var reply = attempt.outcome().reply().text();
        return attempt.why().isEmpty() ? reply : attempt.why() + ": " + reply;
    }

    /** An operator's change; what it speaks of was claimed before. */
    void update(Entry entry, MessageState state, List<Payloads.Standing> standings) throws QueueUnavailableException {
        synchronized (entry) {
            write(entry, Optional.of(state), standings);
        }
    }

    /** @param state what the message becomes; absent: it stays, also a hold that came while the attempt ran */
    private void write(Entry entry, Optional<MessageState> state, List<Payloads.Standing> standings)
            throws QueueUnavailableException {
        var commit = commitOf(entry);
        var base = state.or(() -> index.read(entry.id, e -> e.base)).orElse(MessageState.ACTIVE);
        var update = new Payloads.Update(entry.lastUpdate, base, standings);
        var home = entry.home();
        var records = new RecordBuffer(home.log().stamp(), 1 << 10);
        var dsn = composeDsn(entry, commit, standings).map(composed -> new OwnMessage(home, records, composed));
        int at = records.beginRecord();
        Payloads.write(records, update);
        int joint = dsn.isPresent() ? RecordHeader.JOINED : RecordHeader.ALONE;
        records.endRecord(new RecordHeader.Label(RecordType.UPDATE, joint, entry.id.text()));
        var end = new End(entry, commit, update, history(entry, standings));
        home.writer().submit(new Write(records, Write.Until.FORCED_AS_OWED, List.of(), (segment, base0) -> {
            dsn.ifPresent(own -> own.enter(segment, base0));
            advance(end, Location.of(segment.number(), base0 + at));
        }));
        totals.count(standings, dsn.isPresent());
        if (end.reached) {
            letGo(end);
        }
    }

    /** A DSN inside a settlement's batch, joined with the UPDATE: a batch cut in two settles nothing and reports nothing. */
    private final class OwnMessage {
        private final QueueId id;
        private final Instant received = clock.instant();
        private final QueueParts home;
        private final MessageRecords records;
        private final Payloads.Commit commit;

        OwnMessage(QueueParts home, RecordBuffer buffer, DsnComposer.Dsn dsn) {
            this.home = home;
            id = home.ids().next();
            records = new MessageRecords(buffer, id, received);
            records.putAll(dsn.content());
            var content = Payloads.Content.bare(dsn.content().length);
            commit = records.end(
                    new Payloads.Commit(MessageState.ACTIVE, "-", content, dsn.envelope(), List.of()),
                    RecordHeader.JOINED);
        }

        void enter(Segment segment, long base) {
            records.place(segment, base);
            segment.pin();
            var entry = new Entry(id, received, records.placement(), commit);
            entry.home = home;
            index.add(entry);
        }
    }

    /** What is needed when a message's last recipient is settled; read before the write, so that the writer never reads. */
    private static final class End {
        private final Entry entry;
        private final Payloads.Commit commit;
        private final Payloads.Update update;
        private final List<Payloads.Update> before;
        private boolean reached;

        End(Entry entry, Payloads.Commit commit, Payloads.Update update, List<Payloads.Update> before) {
            this.entry = entry;
            this.commit = commit;
            this.update = update;
            this.before = before;
        }
    }

    /** Earlier updates, if these standings end the message. Its outcome matters more than what is shown of its past. */
    private List<Payloads.Update> history(Entry entry, List<Payloads.Standing> standings) {
        long ending = standings.stream().filter(s -> s.state().settled()).count();
        boolean ends = index.read(entry.id, e -> e.unsettled() == ending).orElse(false);
        try {
            return ends ? entry.home().details().updates(entry.lastUpdate) : List.of();
        } catch (IOException e) {
            LOG.warn(
                    "{}",
                    LogLine.event("alarm").field("what", "history-unreadable").field("qid", entry.id),
                    e);
            return List.of();
        }
    }

    private Payloads.Commit commitOf(Entry entry) throws QueueUnavailableException {
        var inHand = entry.inHand;
        try {
            return inHand != null ? inHand : entry.home().details().commit(entry.placement);
        } catch (IOException e) {
            throw new QueueUnavailableException("message " + entry.id + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<DsnComposer.Dsn> composeDsn(Entry entry, Payloads.Commit commit, List<Payloads.Standing> standings)
            throws QueueUnavailableException {
        var settled = new ArrayList<DsnComposer.Settled>();
        for (var standing : standings) {
            standing.attempt()
                    .filter(attempt -> standing.state().settled())
                    .map(attempt -> new DsnComposer.Settled(
                            commit.envelope().recipients().get(standing.recipient()), standing.state(), attempt))
                    .ifPresent(settled::add);
        }
        if (settled.isEmpty() || commit.envelope().reversePath().mailbox().isEmpty()) {
            return Optional.empty();
        }
        var occasion = new DsnComposer.Occasion(
                entry.id,
                commit.envelope(),
                Instant.ofEpochMilli(entry.receivedMillis),
                settled,
                () -> new ContentStream(entry.home().log(), entry.placement, commit.content(), () -> {}));
        try {
            return composer.compose(occasion);
        } catch (IOException | RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "dsn-failed").field("qid", entry.id), e);
            throw new QueueUnavailableException("the DSN for " + entry.id + " could not be written", e);
        }
    }

    private void advance(End end, long location) {
        end.reached = index.change(end.entry, e -> {
            e.base = end.update.state();
            e.lastUpdate = location;
            for (var standing : end.update.standings()) {
                e.apply(standing);
                e.setInFlight(standing.recipient(), false);
            }
            if (!e.anyInFlight()) {
                e.inHand = null;
            }
            if (e.unsettled() == 0) {
                // Before it leaves the index, so that nobody who looks finds it in neither.
                keep(end);
            }
        });
    }

    private void keep(End end) {
        var updates = new ArrayList<>(end.before);
        updates.add(end.update);
        details.keep(details.describe(Details.Snapshot.of(end.entry), end.commit, updates));
    }

    private void letGo(End end) {
        end.entry.home().log().find(end.entry.placement.begin()).ifPresent(Segment::unpin);
        details.settled(end.entry.id).ifPresent(this::report);
    }

    private void report(MessageDetail detail) {
        LOG.info(
                "{}",
                LogLine.event("settled")
                        .field("qid", detail.id())
                        .field("from", detail.envelope().reversePath())
                        .field("nrcpt", detail.recipients().size())
                        .field("relayed", count(detail, RecipientState.RELAYED))
                        .field("failed", count(detail, RecipientState.FAILED))
                        .field("expired", count(detail, RecipientState.EXPIRED))
                        .field("deleted", count(detail, RecipientState.DELETED))
                        .seconds("age", Duration.between(detail.received(), clock.instant())));
    }

    private static long count(MessageDetail detail, RecipientState state) {
        return detail.recipients().stream().filter(r -> r.state() == state).count();
    }

    /** What could not be written is tried again after the first wait; what was relayed is then sent twice. */
    private void tryLater(Entry entry, List<Attempt> attempts) {
        var next = clock.instant().plus(settings.retry().first());
        for (var attempt : attempts) {
            if (attempt.outcome() instanceof DeliveryOutcome.Relayed) {
                LOG.error(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "outcome-not-written")
                                .field("qid", entry.id)
                                .field("recipient", attempt.recipient())
                                .field("reason", "relayed, but it could not be written: it will be sent again"));
            }
        }
        index.change(
                entry,
                e -> attempts.forEach(attempt -> {
                    e.setInFlight(attempt.recipient(), false);
                    e.dueAt(attempt.recipient(), next);
                }));
    }
}
