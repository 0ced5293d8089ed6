package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * By which addresses of ours mail is under way to each provider, chosen and not heard of yet, and when the provider last took mail from
 * each. Beside the view, for it changes with every message. Any number of threads; none waits for another.
 */
final class UnderWay {
    private final AtomicLong places = new AtomicLong();
    private final Map<ProviderId, Map<Route, Use>> there = new ConcurrentHashMap<>();

    /** Of one address at one provider. */
    private static final class Use {
        private final Set<Long> places = ConcurrentHashMap.newKeySet();
        private volatile Instant relayed = Instant.MIN;
    }

    /** @return the place of one message more, to be given back */
    OptionalLong begin(ProviderId provider, Route route) {
        if (there.size() >= Changes.MOST_PROVIDERS && !there.containsKey(provider)) {
            // Whom it forgets is a stranger there: that is the safe side.
            there.values().removeIf(uses -> uses.values().stream().allMatch(use -> use.places.isEmpty()));
        }
        long place = places.incrementAndGet();
        there.computeIfAbsent(provider, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(route, _ -> new Use())
                .places
                .add(place);
        return OptionalLong.of(place);
    }

    /** What was said of it is in the view. Again, it does nothing. */
    void end(Permit permit) {
        permit.place().ifPresent(place -> {
            var use = at(permit.provider()).get(permit.route());
            if (use != null) {
                use.places.remove(place);
            }
        });
    }

    void relayed(Permit permit, Instant now) {
        var use = at(permit.provider()).get(permit.route());
        if (use != null) {
            use.relayed = now;
        }
    }

    /** To whomever it is. */
    boolean isAnyBy(Route route) {
        return there.values().stream()
                .map(uses -> uses.get(route))
                .anyMatch(use -> use != null && !use.places.isEmpty());
    }

    /** Forgets all other ways: another address by an old name is a stranger. */
    void keep(Set<String> names) {
        there.values().forEach(uses -> uses.keySet().removeIf(route -> !names.contains(route.name())));
    }

    private Map<Route, Use> at(ProviderId provider) {
        return there.getOrDefault(provider, Map.of());
    }

    Exposed exposed(EgressView view, ProviderId provider, Instant now) {
        return new Exposed(view, provider, at(provider), now);
    }

    /**
     * The addresses that a provider has refused lately, or may refuse yet: those by which mail is under way, unless the provider knows them
     * and refused none; all that it knows count for one, so that with one of them no more than may be refused are begun with. Whatever is under
     * way may be refused, so that it is counted before it is sent. One thread, once.
     */
    static final class Exposed {
        private final Map<String, Instant> struck = new HashMap<>();
        private final Set<Route> others = new HashSet<>();
        private final Map<Route, Use> uses;
        private final Instant since;
        private final int most;
        private int known;

        private Exposed(EgressView view, ProviderId provider, Map<Route, Use> uses, Instant now) {
            this.uses = uses;
            this.since = now.minus(view.settings().strikeWindow());
            this.most = view.settings().struckAddresses();
            view.at(provider).struck().forEach((address, at) -> {
                if (at.isAfter(since)) {
                    struck.put(address, at);
                }
            });
            uses.forEach((route, use) -> {
                if (isTrusted(use)) {
                    known = 1;
                } else if (!use.places.isEmpty() && !isStruck(view, route)) {
                    others.add(route);
                }
            });
        }

        static Exposed none(EgressView view, ProviderId provider, Instant now) {
            return new Exposed(view, provider, Map.of(), now);
        }

        private boolean isTrusted(Use use) {
            return struck.isEmpty() && use.relayed.isAfter(since);
        }

        private boolean isStruck(EgressView view, Route route) {
            return !struck.isEmpty()
                    && view.source(route)
                            .filter(source -> struck.containsKey(source.key()))
                            .isPresent();
        }

        /** By address, ours or the peer's, when it was refused last. */
        Map<String, Instant> struck() {
            return struck;
        }

        /** Whether one message more may leave by it; what was refused is governed by its lane. */
        boolean lets(EgressView.Source source) {
            var use = uses.get(source.route());
            if ((use != null && isTrusted(use)) || (!struck.isEmpty() && struck.containsKey(source.key()))) {
                return true;
            }
            int all = struck.size() + known + others.size();
            return others.contains(source.route()) ? all <= most : all < most;
        }
    }
}
