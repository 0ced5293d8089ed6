package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Writes the DSN that newly settled recipients owe their sender. The queue calls it inside a settlement, so that outcome
 * and DSN are forced together; it is called on the settling thread, and by several at once.
 */
@FunctionalInterface
public interface DsnComposer {
    /**
     * @return empty if nobody is owed a DSN: null reverse-path, NOTIFY=NEVER, relayed without NOTIFY=SUCCESS
     * @throws IOException if the content could not be read: nothing is settled then
     */
    Optional<Dsn> compose(Occasion occasion) throws IOException;

    /**
     * What happened.
     *
     * @param settled at least one
     */
    record Occasion(QueueId id, Envelope envelope, Instant received, List<Settled> settled, ContentSource content) {
        public Occasion {
            settled = List.copyOf(settled);
        }
    }

    /**
     * One recipient's end.
     *
     * @param state RELAYED, FAILED or EXPIRED
     * @param last the attempt that decided it
     */
    record Settled(Recipient recipient, RecipientState state, Attempt last) {}

    /** Opens the message's content as it would be sent, prologue first. The caller closes it. */
    @FunctionalInterface
    interface ContentSource {
        InputStream open() throws IOException;
    }

    /** A message of our own: null reverse-path, one recipient. */
    record Dsn(Envelope envelope, byte[] content) {}
}
