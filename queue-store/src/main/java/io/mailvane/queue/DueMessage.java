package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.util.List;

/**
 * A message with the recipients that are due. Whoever took it owes each of them an {@link Attempt} by
 * {@link MessageQueue#settle}, in one call or several, or hands them back by {@link MessageQueue#handBack}; until then
 * nobody else gets them.
 *
 * @param recipients indexes into the envelope's list, ascending, at least one
 * @param size octets that are sent: prologue and content less elisions
 */
public record DueMessage(QueueId id, Envelope envelope, List<Integer> recipients, Instant received, long size) {
    public DueMessage {
        recipients = List.copyOf(recipients);
    }
}
