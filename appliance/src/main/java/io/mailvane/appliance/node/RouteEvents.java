package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.reputation.Refusals;
import io.mailvane.mail.LogLine;
import io.mailvane.route.RouteEvent;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the router tells of the ways out: counted, kept in the history, and an alarm where an operator is needed. */
record RouteEvents(Supplier<Configuration> configuration, Monitoring monitoring, Refusals refusals) {
    private static final Logger LOG = LoggerFactory.getLogger(RouteEvents.class);

    /** What only an operator can mend is an alarm too, also of a process that finds it as it was. */
    void remember(RouteEvent event) {
        configuration.get().sources().stream()
                .filter(source -> source.name().equals(event.route().name()))
                .forEach(source -> refusals.count(event, source.address().toString()));
        RouteHistory.of(event).ifPresent(monitoring::record);
        monitoring.seen(event);
        switch (event.kind()) {
            case CREDENTIALS_REFUSED,
                    ADDRESS_CONFIG,
                    ADDRESS_MISMATCH,
                    ADDRESS_CHANGED,
                    ADDRESS_STILL_CHANGED,
                    SENDER_UNPROVEN ->
                LOG.warn(
                        "{}",
                        LogLine.event("alarm")
                                .field("what", "route-fault")
                                .field("route", event.route().name())
                                .field("reason", RouteHistory.cause(event)));
            case BLOCK_REPLY,
                    LANE,
                    WARM_UP,
                    WARMED_UP,
                    BREAKER,
                    GREETING,
                    QUOTA,
                    SENDER_REFUSED,
                    ADDRESS_MATCHED,
                    ADDRESS_CONFIRMED -> {
                // The history has it, and the page.
            }
        }
    }
}
