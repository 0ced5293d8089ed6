package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import java.util.Optional;

/**
 * Which messages an operator means; an absent part matches all. Texts are compared without case.
 *
 * @param sender the reverse-path, whole; "" is the null reverse-path
 * @param recipient any recipient's mailbox, whole
 * @param domain any recipient's domain
 * @param state absent: all but SETTLED
 */
public record QueueFilter(
        Optional<String> sender, Optional<String> recipient, Optional<String> domain, Optional<MessageState> state) {
    public static final QueueFilter ALL =
            new QueueFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
