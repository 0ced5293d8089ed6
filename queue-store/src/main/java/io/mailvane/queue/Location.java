package io.mailvane.queue;

/**
 * A place in a partition in one long: 24 bits of segment number, 40 bits of offset. A plain long in the index, where a
 * million of them count.
 */
final class Location {
    static final long NONE = 0;
    private static final int OFFSET_BITS = 40;
    private static final long OFFSET_MASK = (1L << OFFSET_BITS) - 1;

    private Location() {}

    static long of(int segment, long offset) {
        return ((long) segment << OFFSET_BITS) | offset;
    }

    static int segment(long location) {
        return (int) (location >>> OFFSET_BITS);
    }

    static long offset(long location) {
        return location & OFFSET_MASK;
    }
}
