package io.mailvane.appliance.node;

import io.mailvane.appliance.reputation.RoutingAnswer;
import io.mailvane.mail.LogLine;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log what the page shows as an alarm: that new mail has no way out, or that a receiver refuses us by every way, and when that is over. One
 * thread.
 */
final class WayOutWatch {
    private static final Logger LOG = LoggerFactory.getLogger(WayOutWatch.class);

    private final Supplier<RoutingAnswer> routing;
    private final InstantSource clock;
    private final Map<String, Instant> refusing = new TreeMap<>();
    private Optional<Instant> since = Optional.empty();

    WayOutWatch(Supplier<RoutingAnswer> routing, InstantSource clock) {
        this.routing = routing;
        this.clock = clock;
    }

    /** To be called now and then: what opens again between two looks is not told. */
    void look() {
        var now = routing.get();
        lookAtWays(now);
        lookAtReceivers(now.refusedBy());
    }

    private void lookAtReceivers(List<String> refusedBy) {
        for (var receiver : refusedBy) {
            var begun = clock.instant();
            if (refusing.putIfAbsent(receiver, begun) == null) {
                LOG.warn("{}", line("begun", receiver, begun).field("reason", RoutingAnswer.MAIL_IS_IT));
            }
        }
        refusing.entrySet().removeIf(each -> {
            boolean isOver = !refusedBy.contains(each.getKey());
            if (isOver) {
                LOG.info("{}", line("over", each.getKey(), each.getValue()));
            }
            return isOver;
        });
    }

    private static LogLine line(String state, String receiver, Instant since) {
        return LogLine.event("alarm")
                .field("what", "refused-by-all")
                .field("state", state)
                .field("provider", receiver)
                .field("since", since);
    }

    private void lookAtWays(RoutingAnswer now) {
        var why = now.noWay();
        if (why.isPresent() && since.isEmpty()) {
            var begun = clock.instant();
            since = Optional.of(begun);
            LOG.warn("{}", line("closed", why.get(), now, begun));
        } else if (why.isEmpty()) {
            since.ifPresent(begun -> LOG.info("{}", line("open", "new mail has a way out again", now, begun)));
            since = Optional.empty();
        }
    }

    private static LogLine line(String state, String reason, RoutingAnswer now, Instant since) {
        return LogLine.event("alarm")
                .field("what", "way-out")
                .field("state", state)
                .field("reason", reason)
                .field("waiting", now.waiting())
                .field("since", since);
    }
}
