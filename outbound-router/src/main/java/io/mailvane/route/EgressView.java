package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.SourceStanding;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that decides by which way mail leaves, at one moment. Immutable; a change is another view.
 *
 * @param sources none: the host's own choice of address is the one way of its own
 * @param relays in the order of the configuration's {@code order}
 * @param providers those that said something; of all others nothing is known
 */
record EgressView(
        List<Source> sources, List<Relay> relays, Map<ProviderId, AtProvider> providers, RoutingSettings settings) {
    EgressView {
        sources = List.copyOf(sources);
        relays = List.copyOf(relays);
        providers = Map.copyOf(providers);
    }

    /**
     * @param address as the world sees it; empty for the host's own choice
     * @param capacity its weight among sources
     */
    record Source(Route route, Optional<InetAddress> address, double capacity, SourceStanding standing) {
        Source with(SourceStanding other) {
            return new Source(route, address, capacity, other);
        }

        /** By what it is remembered among the struck addresses. */
        String key() {
            return address.map(InetAddress::getHostAddress).orElse(route.name());
        }
    }

    /**
     * What one provider said.
     *
     * @param lanes by route; those that are open and have no past are absent
     * @param struck addresses of ours, and the peer's, that it refused, and when last
     */
    record AtProvider(Map<String, Lane> lanes, Map<String, Instant> struck) {
        static final AtProvider NOTHING = new AtProvider(Map.of(), Map.of());

        AtProvider {
            lanes = Map.copyOf(lanes);
            struck = Map.copyOf(struck);
        }

        /** Without what was said of ways that are gone, or are others by now. */
        AtProvider of(Set<String> ways) {
            var kept = new HashMap<>(lanes);
            kept.keySet().retainAll(ways);
            return new AtProvider(kept, struck);
        }

        /** After it refused these addresses. */
        AtProvider struck(Map<String, Instant> told) {
            var all = new HashMap<>(struck);
            told.forEach((address, at) -> all.merge(address, at, AtProvider::later));
            return new AtProvider(lanes, all);
        }

        /** Whether these refusals are no news. */
        boolean knows(Map<String, Instant> told) {
            return told.entrySet().stream().allMatch(each -> {
                var known = struck.get(each.getKey());
                return known != null && !known.isBefore(each.getValue());
            });
        }

        boolean refuses(Route route, Instant now, RoutingSettings settings) {
            var lane = lanes.get(route.name());
            return lane != null && lane.isRefused(now, settings);
        }

        /** Whether it refused so many addresses that no further one is tried. */
        boolean hasStruck(Instant now, RoutingSettings settings) {
            var since = now.minus(settings.strikeWindow());
            return struck.values().stream().filter(since::isBefore).count() >= settings.struckAddresses();
        }

        static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }

        /** When it last said something that is remembered. */
        Instant heardOf() {
            return Stream.concat(
                            struck.values().stream(), lanes.values().stream().map(Lane::heardOf))
                    .max(Instant::compareTo)
                    .orElse(Instant.MIN);
        }

        /** Without what has no effect any more. */
        AtProvider pruned(Instant now, RoutingSettings settings) {
            var since = now.minus(settings.strikeWindow());
            boolean isFresh = struck.values().stream().allMatch(since::isBefore)
                    && lanes.values().stream().noneMatch(lane -> lane.isAtRest(now, settings));
            if (isFresh) {
                return this;
            }
            var kept = new HashMap<>(lanes);
            kept.values().removeIf(lane -> lane.isAtRest(now, settings));
            var remembered = new HashMap<>(struck);
            remembered.values().removeIf(at -> !at.isAfter(since));
            return new AtProvider(kept, remembered);
        }
    }

    /**
     * What each way is, by its name: a source is its public address, and a smarthost its account at its server, whatever they are called.
     */
    Map<String, String> identities() {
        var identities = new HashMap<String, String>();
        sources.forEach(each -> identities.put(each.route().name(), each.key()));
        relays.forEach(
                each -> identities.put(each.route().name(), each.account().server()));
        return identities;
    }

    /** Names of its ways that {@code others} knows as the same. */
    Set<String> same(Map<String, String> others) {
        var same = identities();
        same.entrySet().retainAll(others.entrySet());
        return Set.copyOf(same.keySet());
    }

    Optional<Source> source(Route route) {
        return sources.stream().filter(each -> each.route().equals(route)).findFirst();
    }

    /** The source of this route, if each receiver is given only so much of it a day. */
    Optional<Source> warming(Route route) {
        for (var source : sources) {
            if (source.route().equals(route)) {
                return source.standing().isWarming() ? Optional.of(source) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    Optional<Relay> relay(Route route) {
        for (var relay : relays) {
            if (relay.route().equals(route)) {
                return Optional.of(relay);
            }
        }
        return Optional.empty();
    }

    /**
     * Whether a provider refused us by every way that leads there, an address of ours and a smarthost at least: they have nothing in common but
     * the mail. Addresses that are not tried because it refused others count as refused.
     */
    boolean isRefusedByAll(ProviderId provider, Instant now) {
        var there = at(provider);
        boolean isStruck = there.hasStruck(now, settings);
        var own = sources.stream()
                .filter(each -> each.standing().state().maySend()
                        && each.standing().penaltyAt(provider)
                                < settings.thresholds().out())
                .toList();
        return !own.isEmpty()
                && !relays.isEmpty()
                && own.stream()
                        .allMatch(each -> there.refuses(each.route(), now, settings)
                                || (isStruck && !there.struck().containsKey(each.key())))
                && relays.stream().allMatch(each -> there.refuses(each.route(), now, settings));
    }

    /** Providers that {@link #isRefusedByAll} names. */
    List<ProviderId> refusedBy(Instant now) {
        return providers.keySet().stream()
                .filter(provider -> isRefusedByAll(provider, now))
                .sorted(Comparator.comparing(ProviderId::id))
                .toList();
    }

    AtProvider at(ProviderId provider) {
        return providers.getOrDefault(provider, AtProvider.NOTHING);
    }
}
