package io.mailvane.storage;

import java.util.Arrays;
import java.util.Locale;

/**
 * What the owner of an epoch last said. That it changes is what counts: nobody reads a time from it.
 *
 * @param count grows with each
 */
public record Heartbeat(long count, State state) {
    /** How the owner means to go on. */
    public enum State {
        HELD,
        /** Ended in order; it means to come back. */
        RELEASED,
        /** Ended in order, for another to go on at once. */
        HANDED_OVER,
        /** Ended, not in order; it means to come back. */
        INTERRUPTED,
        /** Ended, not in order, for another to go on at once. */
        ABANDONED,
        /** Nothing is left in the partition, and nobody need look at it again. */
        FINISHED;

        /** As the log says it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** A word of a later version counts as HELD, which promises nothing. */
        static State named(String word) {
            return Arrays.stream(values())
                    .filter(state -> state.name().equals(word))
                    .findFirst()
                    .orElse(HELD);
        }

        /** Its owner acts no more. */
        boolean isEnd() {
            return this != HELD;
        }

        /** Nothing that its owner began is in doubt. */
        boolean isInOrder() {
            return this == RELEASED || this == HANDED_OVER || this == FINISHED;
        }

        /** Nobody need wait for its owner to come back. */
        boolean isForAnybody() {
            return this == HANDED_OVER || this == ABANDONED;
        }
    }
}
