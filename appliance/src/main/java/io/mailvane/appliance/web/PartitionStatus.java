package io.mailvane.appliance.web;

import java.time.Instant;
import java.util.Optional;

/**
 * A partition that this node delivers from.
 *
 * @param name of the node whose mail it took
 * @param directory on the volume: the name, or, after another was adopted, {@code NAME.1}, {@code NAME.2} ...
 * @param owner this node
 * @param lease until when it holds if nobody renews it
 * @param adopted absent of its own
 */
public record PartitionStatus(
        String name, String directory, long epoch, String owner, Instant lease, Optional<Adopted> adopted) {

    /**
     * How it came here.
     *
     * @param messages that were queued then, and that were found since
     * @param inDoubt of them so many may have been delivered in the instant in which their owner stopped
     * @param seconds that the reading took
     */
    public record Adopted(String from, Instant at, long messages, long inDoubt, double seconds) {
        /** {@code 1 message, 1 in doubt}. */
        public String counts() {
            return messages + (messages == 1 ? " message, " : " messages, ") + inDoubt + " in doubt";
        }
    }
}
