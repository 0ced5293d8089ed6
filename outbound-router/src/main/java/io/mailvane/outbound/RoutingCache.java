package io.mailvane.outbound;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Decisions that DNS made, by domain, until their TTL is over. Bounded. Any number of threads. */
final class RoutingCache {
    private static final int MOST = 20_000;

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private final LongSupplier ticker;

    private record Entry(Routing routing, long endNanos) {}

    RoutingCache(LongSupplier ticker) {
        this.ticker = ticker;
    }

    Optional<Routing> get(String domain) {
        var entry = entries.get(domain);
        return entry == null || isOver(entry, ticker.getAsLong()) ? Optional.empty() : Optional.of(entry.routing());
    }

    void put(String domain, Routing routing, Duration ttl) {
        long now = ticker.getAsLong();
        if (entries.size() >= MOST) {
            entries.values().removeIf(entry -> isOver(entry, now));
        }
        if (entries.size() >= MOST) {
            // All of them live: which one goes matters less than that memory is bounded.
            entries.clear();
        }
        entries.put(domain, new Entry(routing, now + ttl.toNanos()));
    }

    private static boolean isOver(Entry entry, long now) {
        return entry.endNanos() - now <= 0;
    }
}
