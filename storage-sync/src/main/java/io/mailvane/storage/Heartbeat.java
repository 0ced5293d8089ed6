package io.mailvane.storage;

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
        /** Nothing is left in the partition, and nobody need look at it again. */
        FINISHED
    }
}
