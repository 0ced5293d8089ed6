package io.mailvane.inbound;

import java.time.Duration;

/**
 * Bounds on what clients can take.
 *
 * @param sessions at once, all listeners together
 * @param sessionsPerClient at once from one address
 * @param commandLine octets of a command line with its CRLF
 * @param contentLine octets of a content line with its CRLF
 * @param headerSection octets of the header section
 * @param messageSize octets of content as it came
 * @param recipients of one message
 * @param hops Received fields
 * @param errors replies of class 5 in one session before it is ended
 * @param commandTimeout until the next command
 * @param dataTimeout until the next octets of content
 * @param messageTime for the whole content of one message
 * @param held octets that all sessions together hold in memory of what clients sent
 */
public record Limits(
        int sessions,
        int sessionsPerClient,
        int commandLine,
        int contentLine,
        int headerSection,
        long messageSize,
        int recipients,
        int hops,
        int errors,
        Duration commandTimeout,
        Duration dataTimeout,
        Duration messageTime,
        long held) {
    /** The rest of the heap is for connections, the queue's index and what is delivered. */
    private static final int PART_OF_HEAP = 4;

    /** Those of {@code docs/operations.md}. */
    public static final Limits DEFAULT = new Limits(
            2000,
            200,
            4096,
            1 << 20,
            256 << 10,
            50L << 20,
            1000,
            50,
            20,
            Duration.ofMinutes(5),
            Duration.ofMinutes(3),
            Duration.ofMinutes(30),
            Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
}
