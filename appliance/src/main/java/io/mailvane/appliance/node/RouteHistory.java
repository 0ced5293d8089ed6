package io.mailvane.appliance.node;

import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.RouteEvent;
import java.util.Locale;

/** What changed the choice of ways, as the history of listings keeps it beside its causes. */
final class RouteHistory {
    private RouteHistory() {}

    static HistoryEvent of(RouteEvent event) {
        return HistoryEvent.now(
                event.at(),
                kind(event.kind()),
                event.route().name(),
                event.provider().map(ProviderId::id).orElse("-"),
                new HistoryEvent.Change(
                        "-", event.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), cause(event)));
    }

    /** What happened, and the reply that brought it about. */
    static String cause(RouteEvent event) {
        return event.reply().map(reply -> event.what() + ": " + reply).orElse(event.what());
    }

    private static HistoryEvent.Kind kind(RouteEvent.Kind kind) {
        return switch (kind) {
            case BLOCK_REPLY -> HistoryEvent.Kind.REPLY;
            case LANE,
                    BREAKER,
                    QUOTA,
                    SENDER_REFUSED,
                    SENDER_UNPROVEN,
                    CREDENTIALS_REFUSED,
                    ADDRESS_CONFIG,
                    ADDRESS_MISMATCH,
                    ADDRESS_CHANGED,
                    ADDRESS_CONFIRMED -> HistoryEvent.Kind.ROUTE;
        };
    }
}
