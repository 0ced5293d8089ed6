package io.mailvane.appliance.node;

import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.RouteEvent;
import java.util.Locale;
import java.util.Optional;

/** What changed the choice of ways, as the history of listings keeps it beside its causes. */
final class RouteHistory {
    private RouteHistory() {}

    /** Empty for what is in the history already: the monitor writes down replies itself, and what still holds was written down when it changed. */
    static Optional<HistoryEvent> of(RouteEvent event) {
        return switch (event.kind()) {
            // That an address is new no more, its own change of state says.
            case BLOCK_REPLY, WARMED_UP, ADDRESS_STILL_CHANGED -> Optional.empty();
            case LANE,
                    WARM_UP,
                    BREAKER,
                    GREETING,
                    QUOTA,
                    SENDER_REFUSED,
                    SENDER_UNPROVEN,
                    CREDENTIALS_REFUSED,
                    ADDRESS_CONFIG,
                    ADDRESS_MISMATCH,
                    ADDRESS_MATCHED,
                    ADDRESS_CHANGED,
                    ADDRESS_CONFIRMED -> Optional.of(change(event));
        };
    }

    private static HistoryEvent change(RouteEvent event) {
        return HistoryEvent.now(
                event.at(),
                HistoryEvent.Kind.ROUTE,
                event.route().name(),
                event.provider().map(ProviderId::id).orElse("-"),
                new HistoryEvent.Change(
                        "-", event.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), cause(event)));
    }

    /** What happened, and the reply that brought it about. */
    static String cause(RouteEvent event) {
        return event.reply().map(reply -> event.what() + ": " + reply).orElse(event.what());
    }
}
