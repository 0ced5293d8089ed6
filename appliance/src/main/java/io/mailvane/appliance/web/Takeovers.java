package io.mailvane.appliance.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Partitions that this node took over since it began.
 *
 * @param count how many
 * @param messages that were queued in them
 * @param inDoubt of those, so many may have been delivered in the instant in which their owner stopped
 * @param last the newest first, some of them
 */
public record Takeovers(long count, long messages, long inDoubt, List<Takeover> last) {
    /** Before the first. */
    public static final Takeovers NONE = new Takeovers(0, 0, 0, List.of());

    public Takeovers {
        last = List.copyOf(last);
    }

    /**
     * One of them.
     *
     * @param partition its directory on the volume
     * @param epoch under which it was taken
     * @param how the counts are those of the last look
     * @param finished when its last message had left; absent: some are there, or the former owner may still write
     */
    public record Takeover(String partition, long epoch, PartitionStatus.Adopted how, Optional<Instant> finished) {}
}
