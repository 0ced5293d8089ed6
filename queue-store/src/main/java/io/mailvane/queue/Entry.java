package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One queued message in memory: small, since a million of them may wait. Everything else is read back from its segment.
 * Guarded by the index's lock.
 */
final class Entry {
    final QueueId id;
    final long receivedMillis;
    final long begin;
    final long sentLength;
    final long[] chunks;
    final int[] chunkLengths;
    long commit;
    long lastUpdate = Location.NONE;
    MessageState base;
    private final RecipientState[] states;
    private final int[] attempts;
    private final long[] nextMillis;
    private final boolean[] inFlight;
    /** Kept while somebody delivers, so that settling need not read it again. */
    Payloads.@Nullable Commit inHand;

    Entry(QueueId id, Parts parts, long commit, MessageState base, int recipients, long sentLength) {
        this.id = id;
        this.receivedMillis = parts.receivedMillis();
        this.begin = parts.begin();
        this.chunks = parts.chunks();
        this.chunkLengths = parts.chunkLengths();
        this.commit = commit;
        this.base = base;
        this.sentLength = sentLength;
        this.states = new RecipientState[recipients];
        this.attempts = new int[recipients];
        this.nextMillis = new long[recipients];
        this.inFlight = new boolean[recipients];
        Arrays.fill(states, RecipientState.ACTIVE);
        Arrays.fill(nextMillis, receivedMillis);
    }

    /** What was written of a message before its COMMIT. */
    record Parts(long receivedMillis, long begin, long[] chunks, int[] chunkLengths) {}

    int recipients() {
        return states.length;
    }

    RecipientState state(int recipient) {
        return states[recipient];
    }

    int attempts(int recipient) {
        return attempts[recipient];
    }

    Instant next(int recipient) {
        return Instant.ofEpochMilli(nextMillis[recipient]);
    }

    boolean inFlight(int recipient) {
        return inFlight[recipient];
    }

    void setInFlight(int recipient, boolean value) {
        inFlight[recipient] = value;
    }

    boolean anyInFlight() {
        for (boolean flying : inFlight) {
            if (flying) {
                return true;
            }
        }
        return false;
    }

    void apply(Payloads.Standing standing) {
        int i = standing.recipient();
        states[i] = standing.state();
        attempts[i] = standing.attempts();
        nextMillis[i] = standing.next().toEpochMilli();
    }

    void activate(int recipient) {
        states[recipient] = RecipientState.ACTIVE;
    }

    void dueAt(int recipient, Instant next) {
        nextMillis[recipient] = next.toEpochMilli();
    }

    boolean waiting(int recipient) {
        return !state(recipient).settled() && !inFlight[recipient];
    }

    int unsettled() {
        int count = 0;
        for (int i = 0; i < states.length; i++) {
            if (!state(i).settled()) {
                count++;
            }
        }
        return count;
    }

    /** Recipients nobody delivers and whose time has come. */
    List<Integer> due(long nowMillis) {
        var due = new ArrayList<Integer>(1);
        for (int i = 0; i < states.length; i++) {
            if (waiting(i) && nextMillis[i] <= nowMillis) {
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
        for (int i = 0; i < states.length; i++) {
            if (waiting(i)) {
                next = Math.min(next, nextMillis[i]);
            }
        }
        return next;
    }

    /** What is shown: the message's own state, or what its recipients add up to. */
    MessageState shown() {
        if (base != MessageState.ACTIVE) {
            return base;
        }
        boolean deferred = false;
        for (int i = 0; i < states.length; i++) {
            if (state(i) == RecipientState.ACTIVE) {
                return MessageState.ACTIVE;
            }
            deferred |= state(i) == RecipientState.DEFERRED;
        }
        return deferred ? MessageState.DEFERRED : MessageState.SETTLED;
    }

    RecipientState shown(int recipient) {
        boolean held = base == MessageState.HELD && !state(recipient).settled();
        return held ? RecipientState.HELD : state(recipient);
    }
}
