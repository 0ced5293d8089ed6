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
    boolean is(Heartbeat.State state) {
        return heartbeat.map(Heartbeat::state).filter(state::equals).isPresent();
    }

    /** Whether its owner ended in order, so that nothing it began is in doubt. */
    public boolean isInOrder() {
        return heartbeat
                .map(Heartbeat::state)
                .filter(state -> state != Heartbeat.State.HELD)
                .isPresent();
    }
}
