package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.reply.Confidence;
import io.mailvane.route.RouteEvent.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the history is told of a step from one view to the next. Pure functions. */
final class Transitions {
    private Transitions() {}

    static List<RouteEvent> of(
            EgressView before, EgressView after, Route route, ProviderId provider, Heard heard, Instant now) {
        var events = new ArrayList<RouteEvent>();
        ofReply(before, route, heard)
                .ifPresent(kind -> events.add(new RouteEvent(
                        now, kind, route, Optional.of(provider), words(kind, heard), Optional.of(heard.reply()))));
        lane(before, after, route, provider)
                .ifPresent(what -> events.add(new RouteEvent(
                        now, Kind.LANE, route, Optional.of(provider), what, Optional.of(heard.reply()))));
        events.addAll(ofBreaker(before, after, route, now));
        return events;
    }

    /** A guess is no news of our addresses: nothing is held against one, and nobody is called. */
    private static Optional<Kind> ofReply(EgressView before, Route route, Heard heard) {
        var meaning = heard.meaning();
        var bearing = meaning.replyClass().bearing();
        if (bearing.isRefusalOfOurAddress() && meaning.confidence() == Confidence.LOW) {
            return Optional.empty();
        }
        return switch (bearing) {
            case ADDRESS_REFUSED ->
                Optional.of(Changes.isMismatch(before, route, meaning) ? Kind.ADDRESS_MISMATCH : Kind.BLOCK_REPLY);
            case ADDRESS_FAULTY -> Optional.of(Kind.ADDRESS_CONFIG);
            case RELAY_REFUSES_US -> Optional.of(Kind.CREDENTIALS_REFUSED);
            case RELAY_USED_UP -> Optional.of(Kind.QUOTA);
            case RELAY_REFUSES_SENDER -> Optional.of(Kind.SENDER_REFUSED);
            case ADDRESS_SLOWED, RELAY_SLOWED, SAME_WAY, MESSAGE -> Optional.empty();
        };
    }

    private static String words(Kind kind, Heard heard) {
        var cited = heard.meaning().citedList().map(list -> ", citing " + list).orElse("");
        return switch (kind) {
            case BLOCK_REPLY -> "our address is refused" + cited;
            case ADDRESS_CONFIG -> "finds fault with the names of our address" + cited;
            case ADDRESS_MISMATCH -> "quotes an address that we did not mean to use";
            case CREDENTIALS_REFUSED -> "refuses our credentials";
            case QUOTA -> "has taken what it takes in a day";
            case SENDER_REFUSED -> "does not take this sender's mail";
            case LANE, BREAKER -> throw new IllegalArgumentException("no reply is of kind " + kind);
        };
    }

    private static Optional<String> lane(EgressView before, EgressView after, Route route, ProviderId provider) {
        var from = state(before, route, provider);
        var lane = Optional.ofNullable(after.at(provider).lanes().get(route.name()));
        return lane.filter(each -> each.state() != from)
                .map(each -> from + " -> " + each.state()
                        + (each.until().equals(Instant.MAX) ? "" : " until " + each.until()));
    }

    private static Lane.State state(EgressView view, Route route, ProviderId provider) {
        var lane = view.at(provider).lanes().get(route.name());
        return lane == null ? Lane.State.OPEN : lane.state();
    }

    static List<RouteEvent> ofBreaker(EgressView before, EgressView after, Route route, Instant now) {
        var from = before.relay(route).map(each -> each.breaker().state());
        var to = after.relay(route).map(each -> each.breaker().state());
        if (from.isEmpty() || to.isEmpty() || from.equals(to)) {
            return List.of();
        }
        var what = from.get() + " -> " + to.get();
        return List.of(new RouteEvent(now, Kind.BREAKER, route, Optional.empty(), what, Optional.empty()));
    }
}
