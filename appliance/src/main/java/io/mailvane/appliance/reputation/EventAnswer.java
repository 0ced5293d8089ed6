package io.mailvane.appliance.reputation;

import io.mailvane.dnsbl.HistoryEvent;
import java.time.Instant;
import java.util.Objects;

/**
 * Something that happened, and why, as REST tells it.
 *
 * @param kind cell, address, list, affinity, reply, route or operator; of a peer of a later version also another
 * @param subject whose state changed: an address, a list, a route
 * @param object on what, or whose: a list, a provider, a source
 */
public record EventAnswer(
        long id,
        Instant at,
        String node,
        String kind,
        String subject,
        String object,
        String from,
        String to,
        String cause) {
    public EventAnswer {
        Objects.requireNonNull(at, "at");
        node = Bounds.name(node);
        kind = Bounds.name(kind);
        subject = Bounds.text(subject);
        object = Bounds.text(object);
        from = Bounds.text(from);
        to = Bounds.text(to);
        cause = Bounds.text(cause);
    }

    static EventAnswer of(HistoryEvent event, String node) {
        return new EventAnswer(
                event.id(),
                event.at(),
                node,
                event.kind().toString(),
                event.subject(),
                event.object(),
                event.from(),
                event.to(),
                event.cause());
    }
}
