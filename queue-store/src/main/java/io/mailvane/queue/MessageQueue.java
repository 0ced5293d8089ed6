package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * One node's durable queue: what was accepted, until each recipient's outcome is written. Any number of threads.
 *
 * <p>Where to read on: {@link GroupCommit} writes, {@link DueMail} gives out, {@link Contents} reads, {@link Settlement} lets go,
 * {@link Verdicts} lets pass, {@link QueueSearch} shows, {@link Replay} rebuilds.
 */
public final class MessageQueue implements AutoCloseable {
    private final QueueParts parts;
    private final Index index;
    private final DueMail due;
    private final Contents contents;
    private final Settlement settlement;
    private final QueueSearch search;
    private final OperatorActions actions;
    private final Reclaim reclaim;
    private final Verdicts verdicts;
    private final Partitions partitions;

    /** Of parts that are loaded and whose writer is started; {@link #open} makes them. */
    MessageQueue(QueueParts parts, DsnComposer composer, Partitions partitions) {
        this.parts = parts;
        this.partitions = partitions;
        this.index = parts.index();
        this.due = new DueMail(parts);
        this.contents = new Contents(index);
        this.settlement = new Settlement(parts, composer);
        this.search = new QueueSearch(index, parts.details());
        this.verdicts = new Verdicts(parts);
        this.actions = new OperatorActions(parts, settlement, verdicts);
        this.reclaim = new Reclaim(parts);
    }

    /**
     * As {@link #open(QueueSettings, SegmentStore, DsnComposer, InstantSource, Tenure, Adoption.Ending)}, of a partition that nobody else
     * can come to, and whose owner always ends in order: its epoch is the next.
     */
    public static MessageQueue open(
            QueueSettings settings, SegmentStore store, DsnComposer composer, InstantSource clock) throws IOException {
        var tenure = Tenure.unlimited(settings.node(), latestEpoch(store) + 1);
        return open(settings, store, composer, clock, tenure, Adoption.Ending.IN_ORDER);
    }

    /** The highest epoch of a partition's segments; 0 if there are none. Reads no segment. */
    public static long latestEpoch(SegmentStore store) throws IOException {
        long latest = 0;
        for (var name : store.list()) {
            latest = Math.max(latest, SegmentName.parse(name).epoch());
        }
        return latest;
    }

    /**
     * Replays the partition, passes over nothing but torn tails and what is damaged, and begins a segment of the lease's epoch.
     *
     * @param composer called at settlements, from the settling threads
     * @param ending how its owner before ended: if nobody knows, what was due is marked and told of as in doubt
     * @throws LaterFormatException if a later version wrote some of it
     * @throws IOException if the partition cannot be read or no segment can be made
     */
    public static MessageQueue open(
            QueueSettings settings,
            SegmentStore store,
            DsnComposer composer,
            InstantSource clock,
            Tenure tenure,
            Adoption.Ending ending)
            throws IOException {
        return Opening.open(settings, store, composer, clock, tenure, ending);
    }

    /**
     * Goes on with another node's partition, under an epoch of its own: what is queued there is given out by {@link #takeDue}, shown and
     * settled as what is queued here. Its segments are only read; what comes of its messages is written to new ones.
     *
     * @param node whose mail the partition took
     * @param tenure of an epoch after all others of that partition
     * @param ending how its owner ended
     * @throws LaterFormatException if a later version wrote some of it
     * @throws IOException if it cannot be read, or no segment be made: nothing was changed that another try does not find
     */
    public Adoption adopt(SegmentStore store, String node, Tenure tenure, Adoption.Ending ending) throws IOException {
        return Adoption.begin(new Adoption.Adopter(parts, settlement, partitions), store, node, tenure, ending);
    }

    /**
     * Begins to take a message. The caller closes it, committed or not.
     *
     * @param client as {@link MessageDetail#client}
     */
    public IncomingMessage begin(String client) {
        return new IncomingMessage(parts.ids().next(), parts.clock().instant(), client, parts);
    }

    /**
     * Waits at most {@code timeout} for a message with due recipients, and gives them to the caller alone.
     *
     * @return empty also when the queue is closing
     * @throws InterruptedException also where that came while the message was read: it is due as before
     */
    public Optional<DueMessage> takeDue(Duration timeout) throws InterruptedException {
        return due.take(timeout);
    }

    /**
     * What is sent: prologue, then content less elisions. The caller closes it; until then its segments stay.
     *
     * @throws IOException if the message is not (or no more) in the queue, or its records are damaged
     */
    public InputStream content(QueueId id) throws IOException {
        return contents.sent(id);
    }

    /** The content as it came, without prologue and with what is elided; else as {@link #content}. */
    public InputStream received(QueueId id) throws IOException {
        return contents.received(id);
    }

    /**
     * Waits at most {@code timeout} for a message that may not leave before its scan, and gives it to the caller alone, the oldest
     * first. Whoever took it owes {@link #judge} or {@link #scanLater}.
     *
     * @return empty also when the queue is closing
     */
    public Optional<ToScan> takeToScan(Duration timeout) throws InterruptedException {
        return verdicts.takeToScan(timeout);
    }

    /** Takes back what {@link #takeToScan} gave out and has no verdict. Nothing is written; after a restart it is due at once. */
    public void scanLater(QueueId id, Duration wait) {
        verdicts.scanLater(id, wait);
    }

    /**
     * Writes what a scan said of a message that waited for it; returns after it is forced. A message whose scan lets it go is
     * due at once.
     *
     * @return false if it waits no more: an operator was faster, or another verdict
     * @throws QueueUnavailableException if it could not be written: it waits still
     */
    public boolean judge(QueueId id, Judgement judgement) throws QueueUnavailableException {
        var entry = index.get(id);
        return entry.isPresent() && verdicts.write(entry.get(), judgement);
    }

    /**
     * Writes the outcomes of recipients that {@link #takeDue} gave out, with the DSN they owe, in one forced batch, and
     * then lets the settled go. A deferred one gets its next attempt from the retry schedule, or expires.
     *
     * @param attempts in the order they were made. Of several for one recipient the last is its outcome; the others deferred it, are
     *     kept to be shown, and do not count in the retry schedule: another way was taken at once
     * @throws QueueUnavailableException if it could not be written: the recipients are due again after the first retry
     *     step, and a relayed one is then sent twice, which the log says
     */
    public void settle(QueueId id, List<Attempt> attempts) throws QueueUnavailableException {
        var entry = index.get(id)
                .orElseThrow(() -> new QueueUnavailableException("message " + id + " is not queued any more"));
        settlement.settle(entry, attempts);
    }

    /** How long a recipient waits after the first attempt that defers it. */
    public Duration firstRetry() {
        return parts.settings().retry().first();
    }

    /** Takes back recipients that were not tried, at a drain; they are due as before. */
    public void handBack(QueueId id, List<Integer> recipients) {
        due.handBack(id, recipients);
    }

    /**
     * Takes back recipients that were not tried because too much waits for their next hop: due again after {@code wait}.
     * Nothing is written; after a restart they are due at once.
     */
    public void postpone(QueueId id, List<Integer> recipients, Duration wait) {
        due.postpone(id, recipients, wait);
    }

    /**
     * Makes recipients that wait for their next attempt due by {@code at}, if they are not earlier; those in somebody's hands stay as
     * they are. Nothing is written before {@link #takeDue} gives them out.
     */
    public void hasten(QueueId id, List<Integer> recipients, Instant at) {
        due.hasten(id, recipients, at);
    }

    /**
     * Makes recipients that wait for their next attempt due not before {@code at}; those in somebody's hands stay as they are. Nothing is
     * written, and whoever has them retried has them due at once.
     */
    public void delay(QueueId id, List<Integer> recipients, Instant at) {
        due.delay(id, recipients, at);
    }

    public QueueCounts counts() {
        return index.counts();
    }

    public QueueTotals totals() {
        return parts.totals().now();
    }

    /**
     * Messages that match, by ascending id.
     *
     * @param after only ids behind this one
     */
    public List<MessageDetail> list(QueueFilter filter, Optional<QueueId> after, int limit) throws IOException {
        return search.list(filter, id -> true, after, limit);
    }

    /** The messages that are here by now. */
    public KnownMessages known() {
        return new KnownMessages(search, partitions.givenByNow());
    }

    /** The newest messages, queued or lately settled, newest first. */
    public List<MessageDetail> recent(int count) throws IOException {
        return search.recent(count);
    }

    public Optional<MessageDetail> show(QueueId id) throws IOException {
        return search.show(id);
    }

    /**
     * The last attempt of each of these recipients that was tried, as {@link MessageDetail.RecipientDetail#attempts} ends, in this order.
     * Reads no more of a message's history than it must, and from the disk only where one was tried.
     */
    public List<Attempt> lastAttempts(QueueId id, List<Integer> recipients) throws IOException {
        return search.lastAttempts(id, recipients);
    }

    /** Why a queued message can never be sent whole: a part of it was lost with damaged records; empty of any other. */
    public Optional<String> damage(QueueId id) throws IOException {
        return search.damage(id);
    }

    /** Whether it has a recipient without a final outcome. Waits for nothing. */
    public boolean isQueued(QueueId id) {
        return index.get(id).isPresent();
    }

    /** What an operator can do to one message. */
    public enum Action {
        /** Nothing of it is tried until released; an attempt under way still settles. Not of what awaits its scan. */
        HOLD,
        /** Ends a hold or a quarantine: due at once. Not of what lost a part of its content. */
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

    /** What an action did to a message. */
    public enum Effect {
        CHANGED,
        /** It was as it was to become, nothing of it waits just now, or it is not queued. */
        NONE,
        /** Refused: it cannot be held before its verdict, and cannot leave either. */
        AWAITS_SCAN,
        /** Refused: what is left of it is no mail that may leave. */
        DAMAGED
    }

    /**
     * Does {@code action} to recipients that nobody is delivering just now; returns after it is forced.
     *
     * @throws QueueUnavailableException if it could not be written: the message is as it was
     */
    public Effect apply(QueueId id, Action action) throws QueueUnavailableException {
        var entry = index.get(id);
        return entry.isPresent() ? actions.apply(entry.get(), action) : Effect.NONE;
    }

    /**
     * Deletes segments that no message needs any more, after the last few messages of an old one were copied forward; returns
     * how many. To be called now and then.
     */
    public int reclaim() throws IOException {
        return reclaim.run();
    }

    /** Whether a delivery may begin at this moment. To be asked last: whoever waited since {@link #takeDue} may have waited too long. */
    public boolean mayDeliver() {
        return partitions.writable();
    }

    /** Empty while mail can be stored; else why not, for the log and the operator. */
    public Optional<String> closedReason() {
        return parts.log().closedReason();
    }

    /** The epoch of this opening. */
    public long epoch() {
        return parts.log().stamp().epoch();
    }

    /** Waits for what is being written, seals the segment, stops the writer. */
    @Override
    public void close() throws IOException {
        index.close();
        partitions.close();
    }
}
