package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plug-in that hands content over and then loses the reply. */
final class LosingTransport extends OneSession {
    static final TransportSettings SETTINGS = new TransportSettings.Plugin("losing", Map.of(), 2);

    LosingTransport() {
        super("losing");
    }

    @Override
    public DeliveryReport deliver(Delivery delivery) {
        DeliveryOutcome lost =
                new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.MESSAGE, SmtpReply.of(451, "4.4.2", "lost"));
        return new DeliveryReport.Attempted(
                "losing",
                Collections.nCopies(delivery.recipients().size(), lost),
                DeliveryReport.Dsn.HANDED_ON,
                DeliveryReport.Timing.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
