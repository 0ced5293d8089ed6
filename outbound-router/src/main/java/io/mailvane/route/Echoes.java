package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import io.mailvane.route.EgressView.Source;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * At which address receivers see our sources. One receiver alone is not believed, and a stranger not at all: who could take an address out by
 * what he says of it would. Any number of threads.
 */
final class Echoes {
    private static final int MOST_BELIEVED = 3;
    private static final Duration REMEMBERED = Duration.ofHours(24);

    private final Set<ProviderId> known;
    private final Map<String, Map<ProviderId, Seen>> bySource = new HashMap<>();
    private final Set<String> changed = new HashSet<>();

    private record Seen(InetAddress address, Instant at) {}

    /** @param known the receivers whose word counts */
    Echoes(Set<ProviderId> known) {
        this.known = Set.copyOf(known);
    }

    /** Empty if nothing differs for it. */
    synchronized Optional<RouteEvent> seen(Source source, ProviderId provider, InetAddress address, Instant now) {
        if (source.address().isEmpty() || !known.contains(provider)) {
            return Optional.empty();
        }
        var there = bySource.computeIfAbsent(source.key(), key -> new HashMap<>());
        there.values().removeIf(each -> each.at().plus(REMEMBERED).isBefore(now));
        there.put(provider, new Seen(address, now));
        long others = there.values().stream()
                .filter(each -> !each.address().equals(source.address().get()))
                .count();
        if (others >= MOST_BELIEVED) {
            return changed.add(source.key())
                    ? Optional.of(event(
                            source,
                            RouteEvent.Kind.ADDRESS_CHANGED,
                            "address changed: receivers see " + address.getHostAddress(),
                            now))
                    : Optional.empty();
        }
        // That time passed, and the others are forgotten, confirms nothing.
        return address.equals(source.address().get()) && changed.remove(source.key())
                ? Optional.of(event(source, RouteEvent.Kind.ADDRESS_CONFIRMED, "receivers see the address again", now))
                : Optional.empty();
    }

    private static RouteEvent event(Source source, RouteEvent.Kind kind, String what, Instant now) {
        return new RouteEvent(now, kind, source.route(), Optional.empty(), what, Optional.empty());
    }
}
