package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import io.mailvane.reply.Classification;
import io.mailvane.reply.Classification.Extent;
import io.mailvane.reply.Confidence;
import io.mailvane.reply.ReplyClass.Bearing;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.EgressView.AtProvider;
import io.mailvane.route.EgressView.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** From one view to the next: what each event makes of it. Pure functions. */
final class Changes {
    /** Providers of which something is remembered. */
    static final int MOST_PROVIDERS = 5_000;

    private Changes() {}

    static EgressView first(Setup setup) {
        var sources = setup.sources().isEmpty()
                ? List.of(source(new Route(Route.Kind.HOST, Setup.HOST), Optional.empty()))
                : setup.sources().stream()
                        .map(each -> source(new Route(Route.Kind.SOURCE, each.name()), Optional.of(each)))
                        .toList();
        var orders = setup.smarthosts().stream()
                .map(Setup.Smarthost::order)
                .distinct()
                .toList();
        var relays = setup.smarthosts().stream()
                .map(each -> Relay.first(each, orders.indexOf(each.order())))
                .toList();
        return new EgressView(sources, relays, Map.of(), setup.settings());
    }

    private static Source source(Route route, Optional<Setup.OwnAddress> own) {
        var standing = new SourceStanding(
                route.name(),
                SourceStanding.State.ACTIVE,
                1,
                0,
                Map.of(),
                "nothing is known against it",
                Optional.empty());
        return new Source(
                route,
                own.map(Setup.OwnAddress::publicAddress),
                own.map(Setup.OwnAddress::capacity).orElse(1.0),
                standing);
    }

    static EgressView standings(EgressView view, Map<String, SourceStanding> standings) {
        var sources = view.sources().stream()
                .map(each -> each.with(standings.getOrDefault(each.route().name(), each.standing())))
                .toList();
        return new EgressView(sources, view.relays(), view.providers(), view.settings());
    }

    /** What a new configuration keeps of what the old one learned: what receivers think of an address is the address's. */
    static EgressView renewed(EgressView old, Setup setup) {
        var fresh = first(setup);
        var same = fresh.same(old.identities());
        var sources = fresh.sources().stream()
                .map(each -> old.source(each.route())
                        .filter(known -> same.contains(known.route().name()))
                        .map(known -> each.with(known.standing()))
                        .orElse(each))
                .toList();
        var relays = fresh.relays().stream()
                .map(each -> old.relay(each.route()).map(each::remembering).orElse(each))
                .toList();
        var providers = new HashMap<>(old.providers());
        providers.replaceAll((id, there) -> there.of(same));
        providers.values().removeIf(AtProvider.NOTHING::equals);
        return new EgressView(sources, relays, providers, setup.settings());
    }

    static EgressView taken(EgressView view, Route route, MailFacts mail, Instant now) {
        var settings = view.settings();
        var lane = view.at(mail.provider()).lanes().get(route.name());
        var after = lane == null ? view : lane(view, route, mail.provider(), now, each -> each.taken(now, settings));
        return relay(after, route, each -> each.taken(mail.recipients(), now, settings.smarthosts()));
    }

    /** As if it had not been taken. */
    static EgressView untaken(EgressView view, Permit permit, int recipients, Instant now) {
        var after = knownLane(view, permit, now, each -> each.untaken(permit, now));
        return relay(after, permit, each -> each.untaken(permit, recipients, now));
    }

    static EgressView accepted(EgressView view, Permit permit, Instant now) {
        var after = knownLane(view, permit, now, each -> each.accepted(permit, now, view.settings()));
        return relay(
                reached(after, permit, now),
                permit,
                each -> each.with(each.quota().accepted(permit)));
    }

    private static EgressView knownLane(EgressView view, Permit permit, Instant now, UnaryOperator<Lane> change) {
        var lane = view.at(permit.provider()).lanes().get(permit.route().name());
        return lane == null ? view : lane(view, permit.route(), permit.provider(), now, change);
    }

    private static EgressView reached(EgressView view, Permit permit, Instant now) {
        var settings = view.settings().smarthosts();
        return relay(view, permit, each -> each.with(each.breaker().reached(permit, now, settings)));
    }

    static EgressView greeted(EgressView view, Permit permit, Duration took, Instant now) {
        var settings = view.settings().smarthosts();
        return relay(view, permit, each -> each.greeted(took, now, settings));
    }

    static EgressView unreached(EgressView view, Permit permit, Instant now, double jitter) {
        var settings = view.settings().smarthosts();
        return relay(view, permit, each -> each.with(each.breaker().unreached(permit, now, jitter, settings)));
    }

    /** Whether a reply counts against an address of ours, at the provider that said it. */
    static boolean isStrike(EgressView view, Route route, Classification meaning) {
        return meaning.replyClass().bearing().isRefusalOfOurAddress()
                && meaning.confidence() != Confidence.LOW
                && meaning.extent() != Extent.RECIPIENT_DOMAIN
                && !isMismatch(view, route, meaning);
    }

    /** Whether a reply quotes an address that this one is not. */
    static boolean isMismatch(EgressView view, Route route, Classification meaning) {
        return view.source(route)
                .flatMap(Source::address)
                .filter(address -> !meaning.concerns(address))
                .isPresent();
    }

    /** @param observed messages a minute that were sent by this lane */
    static EgressView heard(EgressView view, Permit permit, MailFacts mail, Heard heard, double observed, Instant now) {
        var after = understood(view, permit, mail, heard, observed, now);
        // Who takes no session was not reached, and who refuses us is left alone.
        boolean reached = heard.phase() != ReplyPhase.GREETING
                && heard.meaning().replyClass().bearing() != Bearing.RELAY_REFUSES_US;
        return reached ? reached(after, permit, now) : after;
    }

    private static EgressView understood(
            EgressView view, Permit permit, MailFacts mail, Heard heard, double observed, Instant now) {
        var route = permit.route();
        var settings = view.settings();
        var hosts = settings.smarthosts();
        return switch (heard.meaning().replyClass().bearing()) {
            case ADDRESS_REFUSED, ADDRESS_FAULTY ->
                isStrike(view, route, heard.meaning()) ? struck(view, route, mail.provider(), heard, now) : view;
            case ADDRESS_SLOWED ->
                lane(view, route, mail.provider(), now, each -> each.slowed(observed, now, settings));
            case RELAY_REFUSES_US -> relay(view, permit, each -> refusedCredentials(each, permit, hosts, now));
            case RELAY_USED_UP ->
                relay(view, permit, each -> each.with(each.quota().closed(now)));
            case RELAY_SLOWED -> relay(view, permit, each -> each.slowed(observed, now, hosts.slow()));
            case RELAY_REFUSES_SENDER ->
                relay(view, permit, each -> each.refusing(mail.senderDomain(), now, hosts.ineligible()));
            case SAME_WAY, MESSAGE -> view;
        };
    }

    /** Those that are in force, not those that the operator has replaced since. */
    private static Relay refusedCredentials(
            Relay relay, Permit permit, RoutingSettings.Smarthosts settings, Instant now) {
        return relay.knowsCredentialsOf(permit) ? relay.with(relay.breaker().refusedCredentials(now, settings)) : relay;
    }

    private static EgressView struck(EgressView view, Route route, ProviderId provider, Heard heard, Instant now) {
        var after = view;
        for (var each : meant(view, route, heard.meaning())) {
            var weight = weight(view, each, provider, heard);
            var strike = new Lane.Strike(now, heard.recipient());
            after = lane(after, each, provider, now, lane -> lane.struck(strike, weight, view.settings()));
        }
        var address = view.source(route).map(Source::key);
        return address.isEmpty() ? after : remembering(after, provider, address.get(), now);
    }

    private static EgressView remembering(EgressView view, ProviderId provider, String address, Instant now) {
        return provider(view, provider, now, there -> there.struck(Map.of(address, now)));
    }

    /** All at once: a view is made anew for all of them, not for each. */
    static EgressView peerStrikes(EgressView view, List<PeerStrike> strikes, Instant now) {
        var told = new HashMap<ProviderId, Map<String, Instant>>();
        var since = now.minus(view.settings().strikeWindow());
        for (var strike : strikes) {
            // The peer's clock may be ahead of ours; what has not happened yet would be remembered for too long.
            var at = strike.at().isAfter(now) ? now : strike.at();
            if (at.isAfter(since)) {
                told.computeIfAbsent(strike.provider(), each -> new HashMap<>())
                        .merge(strike.address(), at, AtProvider::later);
            }
        }
        var news = told.entrySet().stream()
                .filter(each -> !view.at(each.getKey()).knows(each.getValue()))
                .toList();
        if (news.isEmpty()) {
            return view;
        }
        var providers = new HashMap<>(view.providers());
        news.forEach(each -> providers.put(each.getKey(), view.at(each.getKey()).struck(each.getValue())));
        return with(view, providers, now);
    }

    static List<PeerStrike> ownStrikes(EgressView view, Instant now) {
        var own = view.sources().stream().map(Source::key).toList();
        var since = now.minus(view.settings().strikeWindow());
        return view.providers().entrySet().stream()
                .flatMap(there -> there.getValue().struck().entrySet().stream()
                        .filter(strike -> own.contains(strike.getKey())
                                && strike.getValue().isAfter(since))
                        .map(strike -> new PeerStrike(there.getKey(), strike.getKey(), strike.getValue())))
                .toList();
    }

    /** The ways that a refusal is about: this one, and its neighbours if the network is refused. */
    static List<Route> meant(EgressView view, Route route, Classification meaning) {
        var address = view.source(route).flatMap(Source::address);
        if (address.isEmpty() || meaning.extent() != Extent.NETBLOCK) {
            return List.of(route);
        }
        return view.sources().stream()
                .filter(each -> each.address()
                        .filter(other -> Classification.areNeighbours(other, address.get()))
                        .isPresent())
                .map(Source::route)
                .toList();
    }

    private static Lane.Weight weight(EgressView view, Route route, ProviderId provider, Heard heard) {
        boolean isListed = view.source(route)
                .filter(source -> source.standing().penaltyAt(provider)
                        >= view.settings().thresholds().watch())
                .isPresent();
        return heard.meaning().replyClass().bearing() == Bearing.ADDRESS_FAULTY
                        || (isListed && heard.phase() == ReplyPhase.GREETING)
                ? Lane.Weight.PROVEN
                : Lane.Weight.ONE;
    }

    static EgressView lane(EgressView view, Route route, ProviderId provider, Instant now, UnaryOperator<Lane> change) {
        return provider(view, provider, now, there -> {
            var lanes = new HashMap<>(there.lanes());
            lanes.compute(route.name(), (name, known) -> change.apply(known == null ? Lane.open(now) : known));
            return new AtProvider(lanes, there.struck());
        });
    }

    private static EgressView provider(
            EgressView view, ProviderId provider, Instant now, UnaryOperator<AtProvider> change) {
        var providers = new HashMap<>(view.providers());
        providers.put(provider, change.apply(view.at(provider)));
        return with(view, providers, now);
    }

    /** Without what is forgotten: what has no effect any more, and of too many those that were not heard of for longest. */
    private static EgressView with(EgressView view, Map<ProviderId, AtProvider> providers, Instant now) {
        var kept = new HashMap<ProviderId, AtProvider>();
        providers.forEach((id, there) -> {
            var pruned = there.pruned(now, view.settings());
            if (!pruned.equals(AtProvider.NOTHING)) {
                kept.put(id, pruned);
            }
        });
        if (kept.size() > MOST_PROVIDERS) {
            kept.entrySet().stream()
                    .sorted(Comparator.comparing((Map.Entry<ProviderId, AtProvider> each) ->
                                    each.getValue().heardOf())
                            .thenComparing(each -> each.getKey().id()))
                    .limit(kept.size() - MOST_PROVIDERS)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(kept::remove);
        }
        return new EgressView(view.sources(), view.relays(), kept, view.settings());
    }

    /** What became of a message changes, unless the smarthost is another by now. */
    static EgressView relay(EgressView view, Permit permit, UnaryOperator<Relay> change) {
        return relay(view, permit.route(), each -> each.isOf(permit) ? change.apply(each) : each);
    }

    private static EgressView relay(EgressView view, Route route, UnaryOperator<Relay> change) {
        if (route.kind() != Route.Kind.SMARTHOST) {
            return view;
        }
        var relays = new ArrayList<>(view.relays());
        relays.replaceAll(each -> each.route().equals(route) ? change.apply(each) : each);
        return new EgressView(view.sources(), relays, view.providers(), view.settings());
    }
}
