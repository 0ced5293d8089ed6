package io.mailvane.scanning;

import java.time.Duration;

/**
 * Whether mail is scanned while its client waits, so that what is found is refused, or taken first and scanned in the queue.
 *
 * @param open scanned while the client waits
 * @param expectedWait for a worker, were it asked now
 * @param why one sentence for the page
 */
public record Room(boolean open, Duration expectedWait, String why) {
    /** Before anything is known of any worker. */
    public static final Room NONE = new Room(false, Duration.ZERO, "no scan worker is ready");

    /**
     * The wait above which a pool closes, and the one below which it opens again: between them it stays as it is, so that it
     * does not turn with every message.
     */
    public record Bounds(Duration closeAbove, Duration openBelow) {
        public Bounds {
            if (openBelow.isNegative() || closeAbove.compareTo(openBelow) <= 0) {
                throw new IllegalArgumentException("closes above a longer wait than it opens below");
            }
        }
    }

    /** What follows on this under that load. */
    public Room next(PoolLoad load, Bounds bounds) {
        if (load.capacity() == 0) {
            return NONE;
        }
        var wait = load.expectedWait();
        boolean opens = open ? wait.compareTo(bounds.closeAbove()) <= 0 : wait.compareTo(bounds.openBelow()) <= 0;
        var bound = (opens ? bounds.closeAbove() : bounds.openBelow()).toMillis();
        var why = "a scan would wait " + wait.toMillis() + " ms: "
                + (opens
                        ? "mail is scanned while its client waits, up to "
                        : "mail is queued and scanned there, until under ")
                + bound + " ms";
        return new Room(opens, wait, why);
    }
}
