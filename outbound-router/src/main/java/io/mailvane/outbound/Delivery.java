package io.mailvane.outbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What a transport is handed: one message for some of its recipients.
 *
 * @param envelope the whole of it; only {@code recipients} are meant
 * @param recipients at least one, in the envelope's order
 * @param size octets of the content
 * @param deadline when the transport should have given up
 * @param last the host that deferred it last, as a relay ({@link DeliveryReport#relay}): where there are others, they are asked first
 */
public record Delivery(
        QueueId id,
        Envelope envelope,
        List<Recipient> recipients,
        long size,
        Content content,
        Deadline deadline,
        Optional<String> last) {
    public Delivery {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a delivery has at least one recipient");
        }
    }

    /**
     * Header and body with CRLF line ends, exactly as they are to be sent. It may be opened more than once; whoever opens
     * it closes it.
     *
     * <p>Errors: {@code open} and the stream throw {@link java.io.UncheckedIOException} if the queue cannot read it. That
     * is a fault of ours: a transport lets it through, and the recipients are deferred.
     */
    @FunctionalInterface
    public interface Content {
        InputStream open();
    }
}
