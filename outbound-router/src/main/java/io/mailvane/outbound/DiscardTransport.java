package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import java.util.Collections;

/** Relays everything to nowhere, and says so. */
final class DiscardTransport implements Transport {
    private static final DeliveryOutcome DISCARDED =
            new DeliveryOutcome.Relayed("discard", SmtpReply.of(250, "2.0.0", "discarded"));

    @Override
    public Session open() {
        return new Session() {
            @Override
            public DeliveryReport deliver(Delivery delivery) {
                return new DeliveryReport.Attempted(
                        "discard",
                        Collections.nCopies(delivery.recipients().size(), DISCARDED),
                        DeliveryReport.Dsn.OURS_RELAYED,
                        DeliveryReport.Timing.NONE);
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }

    @Override
    public void close() {
        // Nothing is shared.
    }
}
