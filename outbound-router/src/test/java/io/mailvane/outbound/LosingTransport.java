package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plug-in that hands content over and then loses the reply. */
final class LosingTransport implements TransportProvider, Transport, Transport.Session {
    static final TransportSettings SETTINGS = new TransportSettings.Plugin("losing", Map.of(), 2);

    @Override
    public String type() {
        return "losing";
    }

    @Override
    public List<String> problems(Map<String, Object> settings) {
        return List.of();
    }

    @Override
    public Transport create(Map<String, Object> settings, String hostname) {
        return this;
    }

    @Override
    public Session open() {
        return this;
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
                Optional.empty());
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
