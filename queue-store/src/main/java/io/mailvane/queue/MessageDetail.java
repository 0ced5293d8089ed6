package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of one message, queued or lately settled.
 *
 * @param client who gave it to us: {@code helo[address]}, or "-" for a message of our own
 * @param recipients in the envelope's order
 */
public record MessageDetail(
        QueueId id,
        Envelope envelope,
        long size,
        MessageState state,
        Instant received,
        String client,
        List<RecipientDetail> recipients) {
    public MessageDetail {
        recipients = List.copyOf(recipients);
    }

    /**
     * One recipient.
     *
     * @param why the last attempt's reply or reason, or what an operator did; of a message that lost a part that; "" before the first
     *     attempt
     * @param nextAttempt present while DEFERRED or ACTIVE, in a message that may leave
     * @param attempts oldest first; very old ones may be missing
     */
    public record RecipientDetail(
            RecipientState state, String why, Optional<Instant> nextAttempt, List<Attempt> attempts) {
        public RecipientDetail {
            attempts = List.copyOf(attempts);
        }
    }
}
