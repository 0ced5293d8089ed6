package io.mailvane.outbound;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How long each step with a next hop may take (RFC 5321 section 4.5.3.2), and the whole.
 *
 * @param connect for one address
 * @param greeting also EHLO, STARTTLS with its handshake, AUTH, RSET
 * @param mail for the reply to MAIL, and to RCPT
 * @param data for the reply to DATA
 * @param block for one write of content to be taken
 * @param end for the reply after the final dot
 * @param delivery deadline of one message at one next hop, all of the above together
 * @param idle how long an open connection waits for the next message
 */
public record Timeouts(
        Duration connect,
        Duration greeting,
        Duration mail,
        Duration data,
        Duration block,
        Duration end,
        Duration delivery,
        Duration idle) {
    /** The RFC's values; a connection is given 30 s, a message half an hour. */
    public static final Timeouts DEFAULT = new Timeouts(
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Duration.ofMinutes(3),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofSeconds(3));

    public Timeouts {
        if (Stream.of(connect, greeting, mail, data, block, end, delivery, idle).anyMatch(step -> !step.isPositive())) {
            throw new IllegalArgumentException("every time-out is positive");
        }
    }
}
