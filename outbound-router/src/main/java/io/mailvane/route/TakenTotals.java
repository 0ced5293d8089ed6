package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many messages each provider took from the source addresses of which somebody wants to know: as a rule from none. One is counted from
 * when it is asked of until nobody has asked for {@link #FORGOTTEN}. Whoever wants to know of a time looks twice: so nothing is queued by the
 * message. Bounded; what would be too much of a source begins anew. Any number of threads.
 */
final class TakenTotals {
    /** Providers of a source. */
    static final int MOST = 2_000;

    static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final ConcurrentHashMap<String, Counted> sources = new ConcurrentHashMap<>();

    /** One source. */
    private static final class Counted {
        private final ConcurrentHashMap<ProviderId, LongAdder> totals = new ConcurrentHashMap<>();
        private volatile Instant asked;

        Counted(Instant asked) {
            this.asked = asked;
        }

        boolean isForgotten(Instant now) {
            return !now.isBefore(asked.plus(FORGOTTEN));
        }

        void count(ProviderId provider) {
            if (totals.size() >= MOST && !totals.containsKey(provider)) {
                totals.clear();
            }
            totals.computeIfAbsent(provider, _ -> new LongAdder()).increment();
        }
    }

    /** A message was taken; what left by a smarthost says nothing of our addresses. */
    void count(Route route, ProviderId provider, Instant now) {
        if (sources.isEmpty() || route.kind() != Route.Kind.SOURCE) {
            return;
        }
        var counted = sources.get(route.name());
        if (counted != null && counted.isForgotten(now)) {
            sources.remove(route.name(), counted);
        } else if (counted != null) {
            counted.count(provider);
        }
    }

    /** From the first time on that this is asked it is counted. */
    Map<ProviderId, Long> of(String source, Instant now) {
        sources.values().removeIf(each -> each.isForgotten(now));
        var counted = sources.computeIfAbsent(source, _ -> new Counted(now));
        counted.asked = now;
        var totals = new HashMap<ProviderId, Long>();
        counted.totals.forEach((provider, total) -> totals.put(provider, total.sum()));
        return totals;
    }
}
