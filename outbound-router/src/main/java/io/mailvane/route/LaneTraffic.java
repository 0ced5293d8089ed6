package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;

/** How many messages each lane was given in the last full minute, or in this one. Bounded. Any number of threads. */
final class LaneTraffic {
    private static final int MOST = 20_000;

    private final ConcurrentHashMap<Key, Minute> minutes = new ConcurrentHashMap<>();

    private record Key(Route route, ProviderId provider) {}

    private record Minute(long number, int count, int countBefore) {
        Minute counting(long now) {
            if (now == number) {
                return new Minute(number, count + 1, countBefore);
            }
            return new Minute(now, 1, now == number + 1 ? count : 0);
        }

        int perMinute(long now) {
            if (now == number) {
                return Math.max(count, countBefore);
            }
            return now == number + 1 ? count : 0;
        }
    }

    void count(Route route, ProviderId provider, Instant now) {
        if (minutes.size() >= MOST) {
            // What is forgotten makes a rate look lower than it was: the lane is slowed more, and grows back.
            minutes.clear();
        }
        minutes.merge(
                new Key(route, provider), new Minute(minute(now), 1, 0), (known, one) -> known.counting(one.number()));
    }

    double perMinute(Route route, ProviderId provider, Instant now) {
        var known = minutes.get(new Key(route, provider));
        return known == null ? 0 : known.perMinute(minute(now));
    }

    private static long minute(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), 60);
    }
}
