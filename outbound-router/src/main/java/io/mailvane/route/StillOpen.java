package io.mailvane.route;

import io.mailvane.route.EgressView.AtProvider;
import java.time.Instant;
import java.util.Map;

/**
 * Whether a way that was chosen is still open to the message that took it: what was said of it since, by whatever message, may have shut
 * it. Pure functions that read a few fields, for each message once more before it leaves.
 */
final class StillOpen {
    private StillOpen() {}

    static boolean to(Permit permit, MailFacts mail, EgressView view, Instant now) {
        boolean isOpen = permit.route().kind() == Route.Kind.SMARTHOST
                ? isRelayOpen(permit, mail, view, now)
                : isSourceOpen(permit, view, now);
        return isOpen && isLaneOpen(permit, view, now);
    }

    /** Whether a session that carried it may stay open for another one's mail: not where an address of ours is to be silent. */
    static boolean keeps(Permit permit, EgressView view, Instant now) {
        if (permit.route().kind() == Route.Kind.SMARTHOST) {
            return true;
        }
        var lane = view.at(permit.provider()).lanes().get(permit.route().name());
        return isSourceOpen(permit, view, now)
                && (lane == null || !lane.at(now, view.settings()).isClosed());
    }

    private static boolean isRelayOpen(Permit permit, MailFacts mail, EgressView view, Instant now) {
        var relay = view.relay(permit.route());
        return relay.isPresent() && relay.get().lets(permit, mail, now);
    }

    private static boolean isSourceOpen(Permit permit, EgressView view, Instant now) {
        for (var source : view.sources()) {
            if (source.route().equals(permit.route())) {
                return source.standing().state().maySend()
                        && source.standing().penaltyAt(permit.provider())
                                < view.settings().thresholds().out()
                        && isOneOfTheStruck(source, view, view.at(permit.provider()), now);
            }
        }
        return false;
    }

    /** Or so few are that it may become one. */
    private static boolean isOneOfTheStruck(EgressView.Source source, EgressView view, AtProvider there, Instant now) {
        Map<String, Instant> struck = there.struck();
        if (struck.size() < view.settings().struckAddresses() || struck.containsKey(source.key())) {
            return true;
        }
        var since = now.minus(view.settings().strikeWindow());
        return struck.values().stream().filter(since::isBefore).count()
                < view.settings().struckAddresses();
    }

    private static boolean isLaneOpen(Permit permit, EgressView view, Instant now) {
        var lane = view.at(permit.provider()).lanes().get(permit.route().name());
        return lane == null || lane.lets(permit, now, view.settings());
    }
}
