package io.mailvane.queue;

/**
 * What the queue is told.
 *
 * @param node names the partition and the queue ids
 * @param segmentSize octets after which a segment is sealed and the next begun
 * @param keepSettled so many settled messages are still shown
 */
public record QueueSettings(String node, RetrySchedule retry, long segmentSize, int keepSettled) {
    /** 64 MiB segments, as the default of the configuration. */
    public static final long DEFAULT_SEGMENT_SIZE = 64L << 20;

    public QueueSettings {
        if (segmentSize < 1 << 16) {
            throw new IllegalArgumentException("a segment holds at least 64 KiB");
        }
        if (keepSettled < 0) {
            throw new IllegalArgumentException("cannot keep fewer than none");
        }
    }
}
