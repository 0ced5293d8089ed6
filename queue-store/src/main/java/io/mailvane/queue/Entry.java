package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One queued message in memory: small, since a million of them may wait. Everything else is read back from its segment.
 * What changes is guarded by the index's lock.
 */
final class Entry {
    private static final List<RecipientState> STATES = List.of(RecipientState.values());
    private static final long STATE_MASK = 0xf;
    private static final long IN_FLIGHT = 0x10;
    private static final long HASTENED = 0x20;
    private static final int ATTEMPTS_SHIFT = 6;
    private static final int MOST_ATTEMPTS = (1 << 14) - 1;
    private static final int NEXT_SHIFT = 20;
    private static final long LATEST_MILLIS = (1L << 44) - 1;

    final QueueId id;
    final long receivedMillis;
    long sentLength;
    /** Changes only when the message is copied forward or gets its verdict, while nobody delivers it. */
    Placement placement;

    long lastUpdate = Location.NONE;
    MessageState base;
    /** The partition that holds it: set before anybody else sees the entry, and not changed then. */
    @Nullable
    QueueParts home;

    /** When the index looks at it next, not later than it is due; Long.MAX_VALUE: never. */
    long lookAtMillis = Long.MAX_VALUE;

    /** One long per recipient: state in 4 bits, in flight in 1, hastened in 1, attempts in 14, milliseconds of the next attempt in 44. */
    private final long[] recipients;
    /** Kept while somebody delivers, so that settling need not read it again. */
    volatile Payloads.@Nullable Commit inHand;

    Entry(QueueId id, Instant received, Placement placement, Payloads.Commit commit) {
        this.id = id;
        this.receivedMillis = received.toEpochMilli();
        this.sentLength = commit.content().sentLength();
        this.placement = placement;
        this.base = commit.state();
        this.recipients = new long[commit.envelope().recipients().size()];
        for (int i = 0; i < recipients.length; i++) {
            set(i, RecipientState.ACTIVE, 0, receivedMillis, 0);
        }
        commit.standings().forEach(this::apply);
    }

    private void set(int recipient, RecipientState state, int attempts, long nextMillis, long flags) {
        recipients[recipient] = STATES.indexOf(state)
                | flags
                | ((long) Math.min(attempts, MOST_ATTEMPTS) << ATTEMPTS_SHIFT)
                | (Math.clamp(nextMillis, 0, LATEST_MILLIS) << NEXT_SHIFT);
    }

    QueueParts home() {
        return Objects.requireNonNull(home, "an entry of the index has a partition");
    }

    int recipients() {
        return recipients.length;
    }

    /** It was copied forward. */
    void copied(Placement forward) {
        placement = forward;
        lastUpdate = Location.NONE;
    }

    /** Its scan has ended: what it is from now on stands at {@code location}. */
    void judged(Payloads.Commit verdict, long location, int length) {
        base = verdict.state();
        sentLength = verdict.content().sentLength();
        placement = placement.with(location, length);
    }

    /** A verdict that was found does not count after all. */
    void toScanAgain(Payloads.Commit commit) {
        base = commit.state();
        sentLength = commit.content().sentLength();
    }

    RecipientState state(int recipient) {
        return STATES.get((int) (recipients[recipient] & STATE_MASK));
    }

    int attempts(int recipient) {
        return (int) (recipients[recipient] >>> ATTEMPTS_SHIFT) & MOST_ATTEMPTS;
    }

    private long nextMillis(int recipient) {
        return recipients[recipient] >>> NEXT_SHIFT;
    }

    Instant next(int recipient) {
        return Instant.ofEpochMilli(nextMillis(recipient));
    }

    boolean inFlight(int recipient) {
        return (recipients[recipient] & IN_FLIGHT) != 0;
    }

    void setInFlight(int recipient, boolean value) {
        recipients[recipient] = value ? recipients[recipient] | IN_FLIGHT : recipients[recipient] & ~IN_FLIGHT;
    }

    boolean anyInFlight() {
        for (int i = 0; i < recipients.length; i++) {
            if (inFlight(i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a record may speak of this recipient. */
    boolean has(int recipient) {
        return recipient >= 0 && recipient < recipients.length;
    }

    /** What is on record of it. */
    void apply(Payloads.Standing standing) {
        set(
                standing.recipient(),
                standing.state(),
                standing.attempts(),
                standing.next().toEpochMilli(),
                recipients[standing.recipient()] & IN_FLIGHT);
    }

    void activate(int recipient) {
        set(recipient, RecipientState.ACTIVE, attempts(recipient), nextMillis(recipient), flags(recipient));
    }

    /** Nothing of it is on record. */
    void dueAt(int recipient, Instant next) {
        long nextMillis = next.toEpochMilli();
        long hastened = nextMillis < nextMillis(recipient) ? HASTENED : 0;
        set(recipient, state(recipient), attempts(recipient), nextMillis, flags(recipient) | hastened);
    }

    /**
     * What was never tried has been due since it came. Whoever took it may have gone by a clock that is ahead of ours by minutes, and it is
     * not to wait for them.
     */
    void dueIfNeverTried(Instant now) {
        for (int i = 0; i < recipients.length; i++) {
            if (waiting(i) && attempts(i) == 0 && nextMillis(i) > now.toEpochMilli()) {
                dueAt(i, now);
            }
        }
    }

    private long flags(int recipient) {
        return recipients[recipient] & (IN_FLIGHT | HASTENED);
    }

    /** Whether it may be due earlier than is on record. */
    boolean hastened(int recipient) {
        return (recipients[recipient] & HASTENED) != 0;
    }

    boolean waiting(int recipient) {
        return !state(recipient).settled() && !inFlight(recipient);
    }

    int unsettled() {
        int count = 0;
        for (int i = 0; i < recipients.length; i++) {
            if (!state(i).settled()) {
                count++;
            }
        }
        return count;
    }

    /** Recipients that wait, due or not. */
    List<Integer> waiting() {
        return waitingUntil(Long.MAX_VALUE);
    }

    /** Recipients nobody delivers and whose time has come. */
    List<Integer> waitingUntil(long nowMillis) {
        var due = new ArrayList<Integer>(1);
        for (int i = 0; i < recipients.length; i++) {
            if (waiting(i) && nextMillis(i) <= nowMillis) {
                due.add(i);
            }
        }
        return due;
    }

    /** The earliest time at which a recipient is due; Long.MAX_VALUE if none waits or the message may not leave. */
    long nextDueMillis() {
        if (base != MessageState.ACTIVE) {
            return Long.MAX_VALUE;
        }
        long next = Long.MAX_VALUE;
        for (int i = 0; i < recipients.length; i++) {
            if (waiting(i)) {
                next = Math.min(next, nextMillis(i));
            }
        }
        return next;
    }

    /** What is shown: the message's own state, or what its recipients add up to. */
    MessageState shown() {
        if (unsettled() == 0) {
            return MessageState.SETTLED;
        }
        if (base != MessageState.ACTIVE) {
            return base;
        }
        for (int i = 0; i < recipients.length; i++) {
            if (state(i) == RecipientState.ACTIVE) {
                return MessageState.ACTIVE;
            }
        }
        return MessageState.DEFERRED;
    }

    RecipientState shown(int recipient) {
        boolean held = base == MessageState.HELD && !state(recipient).settled();
        return held ? RecipientState.HELD : state(recipient);
    }
}
