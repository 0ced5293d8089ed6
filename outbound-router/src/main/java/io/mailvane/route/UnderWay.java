package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * By which addresses of ours mail is under way to each provider: chosen, and not heard of yet. Beside the view, for it changes with every
 * message. Any number of threads.
 */
final class UnderWay {
    /** So long one address has its place while others have none. */
    static final Duration TURN = Duration.ofMinutes(1);

    private final AtomicLong places = new AtomicLong();
    /** Each value is touched only while its key is computed. */
    private final ConcurrentHashMap<ProviderId, Map<Route, Used>> there = new ConcurrentHashMap<>();

    /** @param since when it last began with nothing under way by this address */
    private record Used(Instant since, Set<Long> places) {}

    /** Since when, by the addresses that are. */
    Map<Route, Instant> at(ProviderId provider) {
        var found = new HashMap<Route, Instant>();
        there.computeIfPresent(provider, (id, routes) -> {
            found.putAll(since(routes));
            return routes;
        });
        return found;
    }

    private static Map<Route, Instant> since(Map<Route, Used> routes) {
        var since = new HashMap<Route, Instant>();
        routes.forEach((route, used) -> since.put(route, used.since()));
        return since;
    }

    /**
     * One message more.
     *
     * @param isLet whether it is, beside what is under way; nothing ends or begins there until it has answered
     * @return its place, to be given back; empty: it is not
     */
    OptionalLong begin(ProviderId provider, Route route, Instant now, Predicate<Map<Route, Instant>> isLet) {
        long place = places.incrementAndGet();
        var begun = new AtomicBoolean();
        there.compute(provider, (id, known) -> {
            begun.set(isLet.test(known == null ? Map.of() : since(known)));
            if (!begun.get()) {
                return known;
            }
            var routes = known == null ? new HashMap<Route, Used>() : known;
            routes.computeIfAbsent(route, each -> new Used(now, new HashSet<>()))
                    .places()
                    .add(place);
            return routes;
        });
        return begun.get() ? OptionalLong.of(place) : OptionalLong.empty();
    }

    /** What was said of it is in the view. Again, it does nothing. */
    void end(Permit permit) {
        permit.place()
                .ifPresent(place -> there.computeIfPresent(permit.provider(), (id, routes) -> {
                    routes.computeIfPresent(
                            permit.route(),
                            (route, used) ->
                                    used.places().remove(place) && used.places().isEmpty() ? null : used);
                    return routes.isEmpty() ? null : routes;
                }));
    }

    /**
     * The addresses that a provider may refuse yet, or has: what is under way may be refused whatever is known by then, so that it is counted
     * before it is sent, and not only when it was refused.
     *
     * @param struck addresses of ours, and the peer's, that it refused lately
     * @param all with those by which mail is under way
     * @param rests the one of several that is to come to rest, so that another has a turn
     */
    record Exposed(Set<String> struck, Set<String> all, Optional<String> rests) {
        static Exposed of(EgressView view, ProviderId provider, Map<Route, Instant> underWay, Instant now) {
            var struck = new HashSet<String>();
            var window = view.settings().strikeWindow();
            view.at(provider).struck().forEach((address, strike) -> {
                if (strike.plus(window).isAfter(now)) {
                    struck.add(address);
                }
            });
            var all = new HashSet<>(struck);
            underWay.keySet().forEach(route -> all.add(address(view, route)));
            return new Exposed(struck, all, rests(view, underWay, now));
        }

        private static String address(EgressView view, Route route) {
            return view.source(route).map(EgressView.Source::key).orElse(route.name());
        }

        /** One at a time: the others carry its mail meanwhile. */
        private static Optional<String> rests(EgressView view, Map<Route, Instant> underWay, Instant now) {
            boolean areAllUsed = view.sources().size() <= underWay.size();
            return underWay.size() < 2 || areAllUsed
                    ? Optional.empty()
                    : underWay.entrySet().stream()
                            .min(Map.Entry.<Route, Instant>comparingByValue()
                                    .thenComparing(each -> each.getKey().name()))
                            .filter(each -> !each.getValue().plus(TURN).isAfter(now))
                            .map(each -> address(view, each.getKey()));
        }

        /** Whether one message more may leave by an address, if at most so many may be refused. */
        boolean lets(String address, int most) {
            boolean isUsed = all.contains(address);
            return struck.contains(address)
                    || (isUsed ? all.size() <= most && !rests.equals(Optional.of(address)) : all.size() < most);
        }
    }
}
