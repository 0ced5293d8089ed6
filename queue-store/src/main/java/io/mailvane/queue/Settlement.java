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
    private final SegmentLog log;
    private final GroupCommit writer;
    private final Index index;
    private final Details details;
    private final DsnComposer composer;
    private final QueueIds ids;

    Settlement(QueueParts parts, DsnComposer composer, QueueIds ids) {
        this.settings = parts.settings();
        this.clock = parts.clock();
        this.log = parts.log();
        this.writer = parts.writer();
        this.index = parts.index();
        this.details = parts.details();
        this.composer = composer;
        this.ids = ids;
    }

    void settle(Entry entry, List<Attempt> attempts) throws QueueUnavailableException {
        synchronized (entry) {
            try {
                write(entry, MessageState.ACTIVE, judge(entry, attempts));
            } catch (QueueUnavailableException e) {
                tryLater(entry, attempts);
                throw e;
            }
        }
    }

    private List<Payloads.Standing> judge(Entry entry, List<Attempt> attempts) {
        var standings = new ArrayList<Payloads.Standing>(attempts.size());
        for (var attempt : attempts) {
            standings.add(judge(entry, attempt));
        }
        return standings;
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

    /** An operator's or the queue's own change. */
    void update(Entry entry, MessageState state, List<Payloads.Standing> standings) throws QueueUnavailableException {
        synchronized (entry) {
            write(entry, state, standings);
        }
    }

    private void write(Entry entry, MessageState state, List<Payloads.Standing> standings)
            throws QueueUnavailableException {
        var commit = commitOf(entry);
        // A hold that came while the attempt ran stays.
        var base = index.read(entry.id, e -> e.base).orElse(state);
        boolean attempted = standings.stream().anyMatch(s -> s.attempt().isPresent());
        var update = new Payloads.Update(entry.lastUpdate, attempted ? base : state, standings);
        var dsn = composeDsn(entry, commit, standings);
        var records = new RecordBuffer(log.stamp(), 1 << 10);
        var dsnParts = dsn.map(composed -> DsnRecords.write(records, ids.next(), composed, clock.instant()));
        int at = records.beginRecord();
        Payloads.write(records, update);
        records.endRecord(RecordType.UPDATE, entry.id);
        writer.submit(new Write(records, Write.Until.FORCED, List.of(), (segment, base0) -> {
            dsnParts.ifPresent(parts -> {
                segment.pin();
                index.add(parts.entry(segment, base0));
            });
            advance(entry, update, commit, Location.of(segment.number(), base0 + at));
        }));
    }

    private Payloads.Commit commitOf(Entry entry) throws QueueUnavailableException {
        var inHand = entry.inHand;
        try {
            return inHand != null ? inHand : details.commit(entry);
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
        if (settled.isEmpty()) {
            return Optional.empty();
        }
        var occasion = new DsnComposer.Occasion(
                entry.id,
                commit.envelope(),
                Instant.ofEpochMilli(entry.receivedMillis),
                settled,
                () -> new ContentStream(log, entry, commit));
        try {
            return composer.compose(occasion);
        } catch (IOException | RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "dsn-failed").field("qid", entry.id), e);
            throw new QueueUnavailableException("the DSN for " + entry.id + " could not be written", e);
        }
    }

    private void advance(Entry entry, Payloads.Update update, Payloads.Commit commit, long location) {
        boolean ended = index.change(entry, e -> {
            e.base = update.state();
            e.lastUpdate = location;
            for (var standing : update.standings()) {
                e.apply(standing);
                e.setInFlight(standing.recipient(), false);
            }
            if (!e.anyInFlight()) {
                e.inHand = null;
            }
        });
        if (ended) {
            letGo(entry, update, commit);
        }
    }

    private void letGo(Entry entry, Payloads.Update last, Payloads.Commit commit) {
        try {
            var updates = new ArrayList<>(details.updates(last.previous()));
            updates.add(last);
            var detail = details.describe(Details.Snapshot.of(entry), commit, updates);
            details.keep(detail);
            report(detail);
            log.get(entry.begin).unpin();
        } catch (IOException e) {
            // Its outcome is written; only what is shown of it is poorer.
            LOG.warn(
                    "{}",
                    LogLine.event("alarm").field("what", "history-unreadable").field("qid", entry.id),
                    e);
        }
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
        var next = clock.instant().plus(settings.retry().steps().getFirst());
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

    void handBack(QueueId id, List<Integer> recipients) {
        index.get(id).ifPresent(entry -> index.change(entry, e -> recipients.forEach(r -> e.setInFlight(r, false))));
    }

    void postpone(QueueId id, List<Integer> recipients, Instant until) {
        index.get(id)
                .ifPresent(entry -> index.change(
                        entry,
                        e -> recipients.forEach(r -> {
                            e.setInFlight(r, false);
                            e.dueAt(r, until);
                        })));
    }
}
