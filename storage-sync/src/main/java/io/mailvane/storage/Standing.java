package io.mailvane.storage;

import java.util.Optional;

/**
 * How a partition looks from here.
 *
 * @param claim the last
 * @param heartbeat of that claim; empty: none yet
 * @param stillNanos how long it has surely not changed, by our own clock
 */
public record Standing(String partition, Claim claim, Optional<Heartbeat> heartbeat, long stillNanos) {
    /** So many parts of a term hold two heartbeats at least. */
    private static final int SILENT = 5;

    boolean is(Heartbeat.State state) {
        return heartbeat.map(Heartbeat::state).filter(state::equals).isPresent();
    }

    /** Whether its owner ended in order, so that nothing it began is in doubt. */
    public boolean isInOrder() {
        return heartbeat.filter(last -> last.state().isInOrder()).isPresent();
    }

    /** Whether its owner said that it acts no more. */
    boolean hasEnded() {
        return heartbeat.filter(last -> last.state().isEnd()).isPresent();
    }

    /** Whether its owner gave it up for another to go on at once. */
    boolean isForAnybody() {
        return heartbeat.filter(last -> last.state().isForAnybody()).isPresent();
    }

    /** Whether it has not changed for as long as its owner asks to be waited for, and as {@code ours}. */
    boolean isLapsed(LeaseTerm ours) {
        return stillNanos >= Math.max(ours.nanos(), claim.term().toNanos());
    }

    /** Whether its owner was silent for some heartbeats, which no owner that lives is. */
    boolean isSilent(LeaseTerm ours) {
        return stillNanos >= Math.max(ours.nanos(), claim.term().toNanos()) / SILENT;
    }
}
