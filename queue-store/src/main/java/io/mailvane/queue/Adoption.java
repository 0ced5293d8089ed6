package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another node's partition that this node's queue goes on with.
 *
 * <p>Its former owner may not know yet. What it still wrote, to the segment that it had open or to one it was about to make, is found by
 * {@link #catchUp}: mail that it may have said 250 for, and outcomes of what it had begun. Until it has surely ended, none of its
 * segments is deleted.
 *
 * <p>One thread at a time.
 */
public final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    /** A former owner looks at its lease before it makes a segment: more than one or two it cannot have under way. */
    private static final int NUMBERS_LEFT = 64;

    private final QueueParts parts;
    private final Settlement settlement;
    private final Partitions partitions;
    private final SegmentStore store;
    private final String node;
    private final Reclaim reclaim;
    private final DoubtMarks marks;
    private final Set<QueueId> known = new HashSet<>();
    /** Messages of which another partition had the id, by that: they go on under another. */
    private final Map<QueueId, QueueId> renamed = new HashMap<>();
    /** What the former owner wrote of messages that we were delivering when we read it. */
    private final Map<QueueId, Entry> behind = new HashMap<>();

    /** Damage that the log was told of: what was read once is read again each time. */
    private final Set<String> damage = new HashSet<>();

    private Map<String, Long> read;
    private long messages;
    private long inDoubt;
    private boolean ended;
    private long quietSinceNanos;

    /** How the former owner ended. */
    public enum Ending {
        /** It wrote all it knew. */
        IN_ORDER,
        /** Nobody knows what it was about: what was due may have been delivered. */
        UNKNOWN
    }

    /** What the adopting queue lends. */
    record Adopter(QueueParts own, Settlement settlement, Partitions partitions) {
        /** No former owner gives the like, also one that does not know yet. */
        QueueIds ids(Tenure tenure, long afterMillis) {
            return new QueueIds(tenure.partition() + " by " + own.tenure().partition(), own.clock(), afterMillis);
        }
    }

    private Adoption(QueueParts parts, Adopter adopter, SegmentStore store, String node, Map<String, Long> read) {
        this.parts = parts;
        this.settlement = adopter.settlement();
        this.partitions = adopter.partitions();
        this.store = store;
        this.node = node;
        this.reclaim = new Reclaim(parts);
        this.marks = new DoubtMarks(parts, node);
        this.quietSinceNanos = nanos();
        this.read = read;
    }

    static Adoption begin(Adopter adopter, SegmentStore store, String node, Tenure tenure, Ending ending)
            throws IOException {
        // Before the replay: what comes while it runs is then seen as growth.
        var sizes = sizes(store, tenure.epoch());
        var replay = new Replay(store, SegmentScan.Depth.START);
        replay.run(Optional.of(node));
        Opening.report(replay, tenure);
        if (tenure.epoch() <= replay.highestEpoch()) {
            throw new IOException("epoch " + tenure.epoch() + " was granted, but there are records of epoch "
                    + replay.highestEpoch());
        }
        var own = adopter.own();
        var stamp = new RecordHeader.Stamp(tenure.epoch(), new SecureRandom().nextLong());
        var ids = adopter.ids(tenure, replay.issuedMillis());
        var log = new SegmentLog(store, node, stamp, tenure, own.clock(), ids::issuedMillis);
        replay.segments().forEach(log::addExisting);
        log.leaveNumbers(NUMBERS_LEFT);
        var writer = new GroupCommit(log, own.settings().segmentSize());
        var parts = new QueueParts(
                own.settings(),
                own.clock(),
                tenure,
                log,
                writer,
                own.index(),
                own.details().of(log),
                own.totals(),
                ids);
        var adoption = new Adoption(parts, adopter, store, node, sizes);
        adoption.damage.addAll(replay.findings());
        try {
            writer.start();
            adoption.load(replay, ending);
            return adoption;
        } catch (QueueUnavailableException e) {
            throw adoption.closedFor(new IOException("partition of " + node + " is not adopted: " + e.getMessage(), e));
        } catch (IOException e) {
            throw adoption.closedFor(e);
        } catch (RuntimeException e) {
            throw adoption.closedFor(e);
        }
    }

    /** Nothing of it may stay open: another node will go on with it, or this one again. */
    private <E extends Exception> E closedFor(E cause) {
        partitions.remove(parts);
        try {
            Partitions.close(parts);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        return cause;
    }

    private long nanos() {
        return parts.tenure().ticker().getAsLong();
    }

    /** The segments of former owners, and how long they are. */
    private static Map<String, Long> sizes(SegmentStore store, long epoch) throws IOException {
        var sizes = new TreeMap<String, Long>();
        for (var name : store.list()) {
            if (SegmentName.parse(name).epoch() < epoch) {
                try (var reader = store.open(name)) {
                    sizes.put(name, reader.size());
                }
            }
        }
        return sizes;
    }

    private void load(Replay replay, Ending ending) throws QueueUnavailableException {
        var queued = replay.queued();
        if (ending == Ending.UNKNOWN) {
            inDoubt = marks.mark(queued, replay.latestMillis());
        }
        // All of it before any is entered: what fails here leaves nothing in the index.
        var taken = new ArrayList<Entry>(queued.size());
        for (var entry : queued) {
            takeOver(entry).ifPresent(taken::add);
        }
        partitions.add(parts);
        taken.forEach(this::enter);
        replay.settled().forEach(entry -> known.add(entry.id));
    }

    private void enter(Entry entry) {
        entry.home = parts;
        entry.dueIfNeverTried(parts.clock().instant());
        parts.index().add(entry);
        messages++;
    }

    /** What is to be entered of a message that was found, its segment pinned; empty: nothing can be. */
    private Optional<Entry> takeOver(Entry found) throws QueueUnavailableException {
        var taken = Optional.of(found);
        if (parts.index().get(found.id).isPresent()) {
            taken = takeOverRenamed(found);
        } else {
            parts.log().pin(found.placement.begin());
        }
        known.add(found.id);
        return taken;
    }

    /** Node names whose ids look alike, or a version that gave an id twice: neither message may stay behind for that. */
    private Optional<Entry> takeOverRenamed(Entry found) throws QueueUnavailableException {
        var what = LogLine.event("alarm").field("what", "queue-id-twice").field("qid", found.id);
        var partition = parts.tenure().partition();
        try {
            var copy = new NewId(parts).give(found);
            renamed.put(found.id, copy.id);
            LOG.error("{}", what.field("reason", "in two partitions; that of " + partition + " goes on as " + copy.id));
            return Optional.of(copy);
        } catch (IOException e) {
            parts.log().pin(found.placement.begin());
            var reason = "in two partitions; that of " + partition + " cannot be read, and stays there: ";
            LOG.error("{}", what.field("reason", reason + e.getMessage()), e);
            return Optional.empty();
        }
    }

    /** Messages that were queued, and that were found since. */
    public long messages() {
        return messages;
    }

    /** Of them those that their owner may have delivered when it stopped. */
    public long inDoubt() {
        return inDoubt;
    }

    /**
     * Reads what its former owner still wrote. To be called again and again until that has surely ended, and once then. A message that is
     * found may have been under way when its owner stopped, so it is marked as in doubt.
     *
     * @return how many messages were found
     * @throws IOException if it cannot be read just now
     */
    public int catchUp() throws IOException {
        followThoseBehind();
        var sizes = sizes(store, parts.tenure().epoch());
        if (sizes.equals(read)) {
            return 0;
        }
        quietSinceNanos = nanos();
        var replay = new Replay(store, SegmentScan.Depth.START);
        replay.run(Optional.of(node), List.copyOf(sizes.keySet()));
        replay.findings().stream()
                .filter(damage::add)
                .forEach(finding -> Opening.reportDamage(finding, parts.tenure()));
        for (var segment : replay.segments()) {
            parts.log().addGrown(segment);
        }
        long before = messages;
        enterFound(
                replay.queued().stream()
                        .filter(entry -> !known.contains(entry.id))
                        .toList(),
                replay.latestMillis());
        for (var entry : replay.queued()) {
            follow(entry);
        }
        for (var entry : replay.settled()) {
            if (!known.add(entry.id)) {
                follow(entry);
            }
        }
        read = sizes;
        return (int) (messages - before);
    }

    private void enterFound(List<Entry> found, long latestMillis) throws IOException {
        try {
            inDoubt += marks.mark(found, latestMillis);
            for (var entry : found) {
                takeOver(entry).ifPresent(this::enter);
            }
        } catch (QueueUnavailableException e) {
            throw new IOException("what was found of " + node + " could not be taken over: " + e.getMessage(), e);
        }
    }

    private void followThoseBehind() throws IOException {
        for (var told : List.copyOf(behind.values())) {
            behind.remove(told.id);
            follow(told);
        }
    }

    /** Its former owner settled recipients of it that wait here: they are settled. */
    private void follow(Entry told) throws IOException {
        var id = renamed.getOrDefault(told.id, told.id);
        var entry = parts.index().get(id).filter(each -> each.home().log() == parts.log());
        if (entry.isEmpty() || entry.get() == told) {
            return;
        }
        if (Location.segment(told.placement.begin())
                > Location.segment(entry.get().placement.begin())) {
            move(entry.get(), told.placement);
        }
        if (told.unsettled() < told.recipients() && !settle(entry.get(), told)) {
            behind.put(told.id, told);
        }
    }

    /** Its former owner copied it forward, and may have deleted the segment where it lay. */
    private void move(Entry entry, Placement copied) {
        long before = entry.placement.begin();
        parts.log().pin(copied.begin());
        parts.index().change(entry, e -> e.placement = copied);
        parts.log().find(before).ifPresent(Segment::unpin);
    }

    /** @return whether all that it settled are; those that are under way here are looked at again */
    private boolean settle(Entry entry, Entry told) throws IOException {
        synchronized (entry) {
            var claimed = parts.index().claim(entry);
            try {
                var settled = claimed.stream()
                        .filter(recipient -> told.state(recipient).settled())
                        .map(recipient -> settled(told, recipient))
                        .toList();
                if (!settled.isEmpty()) {
                    settlement.update(entry, entry.base, settled);
                }
            } catch (QueueUnavailableException e) {
                throw new IOException("what became of " + told.id + " could not be written", e);
            } finally {
                parts.index().release(entry, claimed);
            }
            return parts.index().read(entry.id, each -> isAsTold(each, told)).orElse(true);
        }
    }

    private static boolean isAsTold(Entry entry, Entry told) {
        for (int i = 0; i < told.recipients(); i++) {
            if (told.state(i).settled() && !entry.state(i).settled()) {
                return false;
            }
        }
        return true;
    }

    private Payloads.Standing settled(Entry told, int recipient) {
        return new Payloads.Standing(
                recipient,
                told.state(recipient),
                told.attempts(recipient),
                told.next(recipient),
                "settled by " + node + " before it knew that it was adopted",
                Optional.empty());
    }

    /** How long its former owner has surely written nothing. */
    public Duration quietFor() {
        return Duration.ofNanos(nanos() - quietSinceNanos);
    }

    /**
     * The former owner has surely ended, and {@link #catchUp} was called since: its segments may go with their messages. Does nothing while a
     * message of which it wrote is under way here: to be called again.
     */
    public void ownerHasEnded() {
        if (behind.isEmpty()) {
            ended = true;
            known.clear();
            renamed.clear();
        }
    }

    public boolean hasOwnerEnded() {
        return ended;
    }

    /** As {@link MessageQueue#reclaim}. */
    public int reclaim() throws IOException {
        return ended ? reclaim.run() : 0;
    }

    /** Whether nothing of it is queued any more, nor can come. */
    public boolean isFinished() {
        return ended && parts.log().isUnused();
    }

    /** Closes it, after {@link #isFinished}, and deletes what is left of it. */
    public void finish() throws IOException {
        partitions.remove(parts);
        parts.log().close("nothing is left in it");
        parts.writer().close();
        parts.log().reclaimAll();
        parts.log().closeReaders();
    }
}
