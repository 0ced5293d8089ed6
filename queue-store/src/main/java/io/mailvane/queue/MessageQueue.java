package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node's durable queue: what was accepted, until each recipient's outcome is written. Any number of threads.
 *
 * <p>Where to read on: {@link GroupCommit} writes, {@link Settlement} lets go, {@link Replay} rebuilds.
 */
public final class MessageQueue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MessageQueue.class);
    private static final SmtpReply BOUNCED = SmtpReply.of(554, "5.7.0", "Returned by the operator");

    private final QueueParts parts;
    private final SegmentLog log;
    private final Index index;
    private final Details details;
    private final Settlement settlement;
    private final QueueIds ids;
    private final QueueSearch search;

    private MessageQueue(QueueParts parts, DsnComposer composer, QueueIds ids) {
        this.parts = parts;
        this.log = parts.log();
        this.index = parts.index();
        this.details = parts.details();
        this.ids = ids;
        this.settlement = new Settlement(parts, composer, ids);
        this.search = new QueueSearch(index, details);
    }

    /**
     * Replays the partition, cuts nothing but a torn tail, and begins a segment of a new epoch.
     *
     * @param composer called at settlements, from the settling threads
     * @throws IOException if the partition cannot be read or no segment can be made
     */
    public static MessageQueue open(
            QueueSettings settings, SegmentStore store, DsnComposer composer, InstantSource clock) throws IOException {
        var names = store.list();
        var replay = new Replay(SegmentScan.Depth.START);
        var numbers = new ArrayList<Integer>();
        for (var name : names) {
            numbers.add(replay.read(store, name));
        }
        var stamp = new RecordHeader.Stamp(replay.highestEpoch() + 1, new SecureRandom().nextLong());
        var log = new SegmentLog(store, settings.node(), stamp, clock);
        for (int i = 0; i < names.size(); i++) {
            log.addExisting(numbers.get(i), names.get(i));
        }
        var index = new Index(clock);
        var details = new Details(log, settings.keepSettled());
        var writer = new GroupCommit(log, settings.segmentSize());
        var ids = new QueueIds(
                settings.node(),
                clock,
                replay.highestId().map(QueueId::epochMillis).orElse(0L));
        var queue = new MessageQueue(new QueueParts(settings, clock, log, writer, index, details), composer, ids);
        queue.load(replay);
        writer.start();
        return queue;
    }

    private void load(Replay replay) throws IOException {
        for (var entry : replay.queued()) {
            log.get(entry.begin).pin();
            index.add(entry);
        }
        var settled = replay.settled();
        int skipped = Math.max(0, settled.size() - parts.settings().keepSettled());
        for (var entry : settled.subList(skipped, settled.size())) {
            details.keep(describe(Details.Snapshot.of(entry)));
        }
        LOG.info(
                "queue of {} opened: epoch {}, {} messages queued",
                parts.settings().node(),
                epoch(),
                replay.queued().size());
    }

    private MessageDetail describe(Details.Snapshot message) throws IOException {
        return details.describe(message, details.commit(message.entry()), details.updates(message.lastUpdate()));
    }

    /**
     * Begins to take a message. The caller closes it, committed or not.
     *
     * @param client as {@link MessageDetail#client}
     */
    public IncomingMessage begin(String client) {
        return new IncomingMessage(ids.next(), parts.clock().instant(), client, parts);
    }

    /**
     * Waits at most {@code timeout} for a message with due recipients, and gives them to the caller alone.
     *
     * @return empty also when the queue is closing
     */
    public Optional<DueMessage> takeDue(Duration timeout) throws InterruptedException {
        var taken = index.take(timeout.toNanos());
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        var entry = taken.get().entry();
        try {
            var commit = details.commit(entry);
            entry.inHand = commit;
            return Optional.of(new DueMessage(
                    entry.id,
                    commit.envelope(),
                    taken.get().recipients(),
                    Instant.ofEpochMilli(entry.receivedMillis),
                    entry.sentLength));
        } catch (IOException e) {
            // It stays queued: damage that passes (a volume gone for a moment) must not cost mail.
            LOG.error(
                    "{}",
                    LogLine.event("alarm").field("what", "message-unreadable").field("qid", entry.id),
                    e);
            var later = parts.clock()
                    .instant()
                    .plus(parts.settings().retry().steps().getFirst());
            index.change(
                    entry,
                    unread -> taken.get().recipients().forEach(recipient -> {
                        unread.setInFlight(recipient, false);
                        unread.dueAt(recipient, later);
                    }));
            return Optional.empty();
        }
    }

    /**
     * What is sent: prologue, then content less elisions. The caller closes it.
     *
     * @throws IOException if the message is not (or no more) in the queue, or its records are damaged
     */
    public InputStream content(QueueId id) throws IOException {
        var entry = index.get(id).orElseThrow(() -> new IOException("message " + id + " is not queued"));
        var inHand = entry.inHand;
        return new ContentStream(log, entry, inHand != null ? inHand : details.commit(entry));
    }

    /**
     * Writes the outcomes of recipients that {@link #takeDue} gave out, with the DSN they owe, in one forced batch, and
     * then lets the settled go. A deferred one gets its next attempt from the retry schedule, or expires.
     *
     * @throws QueueUnavailableException if it could not be written: the recipients are due again after the first retry
     *     step, and a relayed one is then sent twice, which the log says
     */
    public void settle(QueueId id, List<Attempt> attempts) throws QueueUnavailableException {
        var entry = index.get(id)
                .orElseThrow(() -> new QueueUnavailableException("message " + id + " is not queued any more"));
        settlement.settle(entry, attempts);
    }

    /** Takes back recipients that were not tried, at a drain; they are due as before. */
    public void handBack(QueueId id, List<Integer> recipients) {
        settlement.handBack(id, recipients);
    }

    /**
     * Takes back recipients that were not tried because too much waits for their next hop: due again after {@code wait}.
     * Nothing is written; after a restart they are due at once.
     */
    public void postpone(QueueId id, List<Integer> recipients, Duration wait) {
        settlement.postpone(id, recipients, parts.clock().instant().plus(wait));
    }

    public QueueCounts counts() {
        return index.counts();
    }

    /**
     * Messages that match, by ascending id.
     *
     * @param after only ids behind this one
     */
    public List<MessageDetail> list(QueueFilter filter, Optional<QueueId> after, int limit) throws IOException {
        return search.list(filter, after, limit);
    }

    /** The newest messages, queued or lately settled, newest first. */
    public List<MessageDetail> recent(int count) throws IOException {
        var newest = new ArrayList<>(details.lastSettled(count));
        for (var id : index.newest(count)) {
            search.queued(id).ifPresent(newest::add);
        }
        newest.sort(Comparator.comparing(MessageDetail::id).reversed());
        return List.copyOf(newest.subList(0, Math.min(count, newest.size())));
    }

    public Optional<MessageDetail> show(QueueId id) throws IOException {
        var queued = search.queued(id);
        return queued.isPresent() ? queued : details.settled(id);
    }

    /** What an operator can do to one message. */
    public enum Action {
        /** Nothing of it is tried until released; an attempt under way still settles. */
        HOLD,
        /** Ends a hold or a quarantine: due at once. */
        RELEASE,
        /** Deferred recipients are due at once. */
        RETRY,
        /** As RETRY: the route is chosen anew at every attempt. */
        REROUTE,
        /** Unsettled recipients fail, and the sender is told. */
        BOUNCE,
        /** Unsettled recipients are dropped, and nobody is told. */
        DELETE
    }

    /**
     * Does {@code action} to recipients that nobody is delivering just now; returns after it is forced.
     *
     * @return whether it changed anything
     */
    public boolean apply(QueueId id, Action action) throws QueueUnavailableException {
        var entry = index.get(id);
        return entry.isPresent() && apply(entry.get(), action);
    }

    private boolean apply(Entry entry, Action action) throws QueueUnavailableException {
        var now = parts.clock().instant();
        var base = index.read(entry.id, e -> e.base).orElse(MessageState.SETTLED);
        return switch (action) {
            case HOLD -> base == MessageState.ACTIVE && hold(entry);
            case RELEASE ->
                (base == MessageState.HELD || base == MessageState.QUARANTINED)
                        && change(entry, MessageState.ACTIVE, waiting(entry, RecipientState.ACTIVE, now, "released"));
            case RETRY, REROUTE ->
                base == MessageState.ACTIVE
                        && changeSome(
                                entry, base, waiting(entry, RecipientState.ACTIVE, now, "retried by the operator"));
            case BOUNCE -> changeSome(entry, base, bounced(entry, now));
            case DELETE ->
                changeSome(entry, base, waiting(entry, RecipientState.DELETED, now, "deleted by the operator"));
        };
    }

    private boolean hold(Entry entry) throws QueueUnavailableException {
        change(entry, MessageState.HELD, List.of());
        LOG.info("{}", LogLine.event("held").field("qid", entry.id).field("reason", "held by the operator"));
        return true;
    }

    private boolean change(Entry entry, MessageState state, List<Payloads.Standing> standings)
            throws QueueUnavailableException {
        settlement.update(entry, state, standings);
        return true;
    }

    private boolean changeSome(Entry entry, MessageState state, List<Payloads.Standing> standings)
            throws QueueUnavailableException {
        return !standings.isEmpty() && change(entry, state, standings);
    }

    private List<Payloads.Standing> waiting(Entry entry, RecipientState state, Instant now, String why) {
        return forWaiting(entry, i -> new Payloads.Standing(i, state, entry.attempts(i), now, why, Optional.empty()));
    }

    private List<Payloads.Standing> bounced(Entry entry, Instant now) {
        var failed = new DeliveryOutcome.Failed(DeliveryOutcome.Scope.MESSAGE, BOUNCED);
        return forWaiting(
                entry,
                i -> new Payloads.Standing(
                        i,
                        RecipientState.FAILED,
                        entry.attempts(i),
                        now,
                        BOUNCED.text(),
                        Optional.of(new Attempt(i, now, "-", "-", failed, "bounced by the operator"))));
    }

    private List<Payloads.Standing> forWaiting(
            Entry entry, java.util.function.IntFunction<Payloads.Standing> standing) {
        return index.read(
                        entry.id,
                        e -> Stream.iterate(0, i -> i < e.recipients(), i -> i + 1)
                                .filter(e::waiting)
                                .map(standing::apply)
                                .toList())
                .orElse(List.of());
    }

    /** Deletes segments that no message needs any more; returns how many. To be called now and then, by one thread. */
    public int reclaim() throws IOException {
        return log.reclaim();
    }

    /** Empty while mail can be stored; else why not, for the log and the operator. */
    public Optional<String> closedReason() {
        return log.closedReason();
    }

    /** The epoch of this opening. */
    public long epoch() {
        return log.stamp().epoch();
    }

    /** Waits for what is being written, seals the segment, stops the writer. */
    @Override
    public void close() throws IOException {
        index.close();
        log.close("the queue is closed");
        parts.writer().close();
        log.closeReaders();
    }
}
