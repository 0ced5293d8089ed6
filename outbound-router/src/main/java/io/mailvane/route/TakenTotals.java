package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many messages each provider took from each source address since this began. Whoever wants to know of a time looks twice: so nothing is
 * queued by the message. Bounded; what would be too much begins anew. Any number of threads.
 */
final class TakenTotals {
    static final int MOST = 20_000;

    private final ConcurrentHashMap<Key, LongAdder> totals = new ConcurrentHashMap<>();

    private record Key(String source, ProviderId provider) {}

    /** A message was taken; what left by a smarthost says nothing of our addresses. */
    void count(Route route, ProviderId provider) {
        if (route.kind() != Route.Kind.SOURCE) {
            return;
        }
        if (totals.size() >= MOST) {
            totals.clear();
        }
        totals.computeIfAbsent(new Key(route.name(), provider), _ -> new LongAdder())
                .increment();
    }

    Map<ProviderId, Long> of(String source) {
        var ofSource = new HashMap<ProviderId, Long>();
        totals.forEach((key, total) -> {
            if (key.source().equals(source)) {
                ofSource.put(key.provider(), total.sum());
            }
        });
        return ofSource;
    }
}
