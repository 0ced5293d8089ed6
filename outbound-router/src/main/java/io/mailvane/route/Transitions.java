package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.reply.Confidence;
import io.mailvane.reply.ReplyClass;
import io.mailvane.route.RouteEvent.Kind;
import java.net.InetAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the history is told of a step from one view to the next. Pure functions. */
final class Transitions {
    private Transitions() {}

    static List<RouteEvent> of(
            EgressView before, EgressView after, Route route, MailFacts mail, Heard heard, Instant now) {
        var events = new ArrayList<RouteEvent>();
        var provider = mail.provider();
        ofReply(before, after, route, heard)
                .ifPresent(kind -> events.add(new RouteEvent(
                        now,
                        kind,
                        route,
                        Optional.of(kind)
                                .filter(each -> each == Kind.ADDRESS_MISMATCH)
                                .flatMap(_ -> before.source(route))
                                .flatMap(EgressView.Source::address),
                        Optional.of(provider),
                        words(kind, mail, heard),
                        Optional.of(heard.reply()))));
        lane(before, after, route, provider)
                .ifPresent(what -> events.add(new RouteEvent(
                        now,
                        Kind.LANE,
                        route,
                        Optional.empty(),
                        Optional.of(provider),
                        what,
                        Optional.of(heard.reply()))));
        events.addAll(ofBreaker(before, after, route, now));
        return events;
    }

    /** A guess is no news of our addresses: nothing is held against one, and nobody is called. */
    private static Optional<Kind> ofReply(EgressView before, EgressView after, Route route, Heard heard) {
        var meaning = heard.meaning();
        var bearing = meaning.replyClass().bearing();
        boolean isOfConcern = bearing.isRefusalOfOurAddress() || meaning.replyClass() == ReplyClass.AUTH;
        if (isOfConcern && meaning.confidence() == Confidence.LOW) {
            return Optional.empty();
        }
        return switch (bearing) {
            case ADDRESS_REFUSED ->
                Optional.of(Changes.isMismatch(before, route, meaning) ? Kind.ADDRESS_MISMATCH : Kind.BLOCK_REPLY);
            case ADDRESS_FAULTY -> Optional.of(Kind.ADDRESS_CONFIG);
            case RELAY_REFUSES_US ->
                Optional.of(Kind.CREDENTIALS_REFUSED)
                        .filter(kind -> !isRefused(before, route) && isRefused(after, route));
            case RELAY_USED_UP -> Optional.of(Kind.QUOTA).filter(kind -> !isUsedUp(before, route));
            case RELAY_REFUSES_SENDER -> Optional.of(Kind.SENDER_REFUSED);
            case MESSAGE -> Optional.of(Kind.SENDER_UNPROVEN).filter(kind -> meaning.replyClass() == ReplyClass.AUTH);
            case ADDRESS_SLOWED, RELAY_SLOWED, SAME_WAY -> Optional.empty();
        };
    }

    /** What is in flight when a smarthost begins to refuse says the same, and is no news; nor is what had old credentials. */
    private static boolean isRefused(EgressView view, Route route) {
        return view.relay(route)
                .filter(each -> each.breaker().state() == Breaker.State.OPEN_FOR_AUTH)
                .isPresent();
    }

    private static boolean isUsedUp(EgressView view, Route route) {
        return view.relay(route).filter(each -> each.quota().isClosed()).isPresent();
    }

    private static String words(Kind kind, MailFacts mail, Heard heard) {
        var cited = heard.meaning().citedList().map(list -> ", citing " + list).orElse("");
        return switch (kind) {
            case BLOCK_REPLY -> "our address is refused" + cited;
            case ADDRESS_CONFIG -> "finds fault with the names of our address" + cited;
            case ADDRESS_MISMATCH ->
                "quotes " + heard.meaning().quoted().getFirst().getHostAddress()
                        + ", an address that we did not mean to use";
            case CREDENTIALS_REFUSED -> "refuses our credentials";
            case QUOTA -> "has taken what it takes in a day";
            case SENDER_REFUSED -> "does not take this sender's mail";
            case SENDER_UNPROVEN ->
                "finds that mail of " + (mail.senderDomain().isEmpty() ? "<>" : mail.senderDomain())
                        + " does not prove whose it is (SPF, DKIM, DMARC)";
            case LANE,
                    WARM_UP,
                    WARMED_UP,
                    BREAKER,
                    GREETING,
                    ADDRESS_CHANGED,
                    ADDRESS_STILL_CHANGED,
                    ADDRESS_CONFIRMED,
                    ADDRESS_MATCHED -> throw new IllegalArgumentException("no reply is of kind " + kind);
        };
    }

    /** A receiver that quoted another address shows the right one. */
    static RouteEvent matched(Permit permit, InetAddress address, Instant now) {
        return new RouteEvent(
                now,
                Kind.ADDRESS_MATCHED,
                permit.route(),
                Optional.of(address),
                Optional.of(permit.provider()),
                "sees the address that we mean to use",
                Optional.empty());
    }

    private static Optional<String> lane(EgressView before, EgressView after, Route route, ProviderId provider) {
        var from = state(before, route, provider);
        var lane = Optional.ofNullable(after.at(provider).lanes().get(route.name()));
        return lane.filter(each -> each.state() != from)
                .map(each -> from + " -> " + each.state()
                        + (each.until().equals(Instant.MAX) ? "" : " until " + each.until()));
    }

    /** What was taken of a way, or shown by whom it took. */
    static List<RouteEvent> ofPermit(EgressView before, EgressView after, Permit permit, Instant now) {
        var events = new ArrayList<RouteEvent>();
        var provider = permit.provider();
        lane(before, after, permit.route(), provider)
                .ifPresent(what -> events.add(event(now, Kind.LANE, permit.route(), Optional.of(provider), what)));
        events.addAll(ofBreaker(before, after, permit.route(), now));
        return events;
    }

    /** Whether a way that was shut is open in the next view, for a reason that is not the time. */
    static Optional<Opening> opening(EgressView before, EgressView after, Permit permit, Instant now) {
        var route = permit.route();
        if (isShut(before, route, now) && !isShut(after, route, now)) {
            boolean isClosed = after.relay(route)
                    .filter(each -> each.breaker().state() == Breaker.State.CLOSED)
                    .isPresent();
            return Optional.of(isClosed ? new Opening.ToAll(route) : new Opening.ForTrial(route));
        }
        var provider = permit.provider();
        return isShut(before, route, provider, now) && !isShut(after, route, provider, now)
                ? Optional.of(new Opening.ToProvider(route, provider))
                : Optional.empty();
    }

    private static boolean isShut(EgressView view, Route route, Instant now) {
        return view.relay(route).filter(each -> each.isShut(now)).isPresent();
    }

    private static boolean isShut(EgressView view, Route route, ProviderId provider, Instant now) {
        var lane = view.at(provider).lanes().get(route.name());
        return lane != null && lane.isShut(now, view.settings());
    }

    private static Lane.State state(EgressView view, Route route, ProviderId provider) {
        var lane = view.at(provider).lanes().get(route.name());
        return lane == null ? Lane.State.OPEN : lane.state();
    }

    /**
     * That a warm-up is done is told each day anew, until it has had its effect.
     *
     * @param big the receivers where it has one
     */
    static List<RouteEvent> ofWarmUp(WarmUps.Change change, WarmUpSteps steps, Set<ProviderId> big, Instant now) {
        var events = new ArrayList<RouteEvent>();
        var from = change.before();
        var to = change.after();
        if (from.step() != to.step()) {
            events.add(event(now, Kind.WARM_UP, change, words(from, to, steps)));
        }
        if (to.isDone(steps) && !to.day().equals(from.day()) && big.contains(change.provider())) {
            var what = "its warm-up at " + change.provider().id() + " is done";
            events.add(event(now, Kind.WARMED_UP, change, what));
        }
        return events;
    }

    private static RouteEvent event(Instant now, Kind kind, WarmUps.Change change, String what) {
        var source = change.source();
        return new RouteEvent(
                now, kind, source.route(), source.address(), Optional.of(change.provider()), what, Optional.empty());
    }

    private static String words(WarmUp from, WarmUp to, WarmUpSteps steps) {
        return "step " + (from.step() + 1) + " -> "
                + (to.isDone(steps)
                        ? "done"
                        : (to.step() + 1) + " of " + steps.ceilings().size() + ": " + to.ceiling(steps)
                                + " recipients a day");
    }

    static List<RouteEvent> ofBreaker(EgressView before, EgressView after, Route route, Instant now) {
        var from = before.relay(route).map(each -> each.breaker().state());
        var to = after.relay(route).map(each -> each.breaker().state());
        if (from.isEmpty() || to.isEmpty() || from.equals(to)) {
            return List.of();
        }
        var what = from.get() + " -> " + to.get();
        return List.of(event(now, Kind.BREAKER, route, Optional.empty(), what));
    }

    /** That a smarthost greets slowly now, or does not any more. */
    static Optional<RouteEvent> ofGreeting(EgressView before, EgressView after, Route route, Instant now) {
        var from = before.relay(route).map(Relay::greetings).orElse(Greetings.NONE);
        var to = after.relay(route).map(Relay::greetings).orElse(Greetings.NONE);
        if (from.areSlow() == to.areSlow()) {
            return Optional.empty();
        }
        var what = to.areSlow()
                ? to.usual().map(Reason.SlowGreeting::new).orElseThrow().words()
                : "greets soon again";
        return Optional.of(event(now, Kind.GREETING, route, Optional.empty(), what));
    }

    private static RouteEvent event(Instant now, Kind kind, Route route, Optional<ProviderId> provider, String what) {
        return new RouteEvent(now, kind, route, Optional.empty(), provider, what, Optional.empty());
    }
}
