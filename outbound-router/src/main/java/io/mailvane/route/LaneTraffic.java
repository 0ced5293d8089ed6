package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many messages were counted of each lane in the last quarter of an hour, minute by minute. Bounded. Any number of threads. */
final class LaneTraffic {
    private static final int MOST = 20_000;
    private static final int MINUTES = 15;

    private final ConcurrentHashMap<Key, Recent> lanes = new ConcurrentHashMap<>();

    private record Key(Route route, ProviderId provider) {}

    /** A ring of minutes. */
    private static final class Recent {
        private final int[] counts = new int[MINUTES];
        private long newest;

        Recent(long minute) {
            newest = minute;
        }

        private void turnTo(long minute) {
            long passed = Math.min(minute - newest, MINUTES);
            for (long each = 1; each <= passed; each++) {
                counts[place(newest + each)] = 0;
            }
            newest = Math.max(newest, minute);
        }

        private static int place(long minute) {
            return Math.floorMod(minute, MINUTES);
        }

        synchronized void count(long minute) {
            turnTo(minute);
            counts[place(minute)]++;
        }

        /** In the last full minute, or in this one. */
        synchronized int perMinute(long minute) {
            turnTo(minute);
            return Math.max(counts[place(minute)], counts[place(minute - 1)]);
        }

        synchronized long all(long minute) {
            turnTo(minute);
            long all = 0;
            for (int count : counts) {
                all += count;
            }
            return all;
        }
    }

    void count(Route route, ProviderId provider, Instant now) {
        if (lanes.size() >= MOST) {
            // What is forgotten makes a rate look lower than it was: the lane is slowed more, and grows back.
            lanes.clear();
        }
        long minute = minute(now);
        lanes.computeIfAbsent(new Key(route, provider), each -> new Recent(minute))
                .count(minute);
    }

    double perMinute(Route route, ProviderId provider, Instant now) {
        var known = lanes.get(new Key(route, provider));
        return known == null ? 0 : known.perMinute(minute(now));
    }

    /** Messages of the last quarter of an hour by provider and route; none is 0. */
    Map<ProviderId, Map<Route, Long>> lately(Instant now) {
        long minute = minute(now);
        var lately = new HashMap<ProviderId, Map<Route, Long>>();
        lanes.forEach((key, recent) -> {
            long messages = recent.all(minute);
            if (messages > 0) {
                lately.computeIfAbsent(key.provider(), each -> new HashMap<>()).put(key.route(), messages);
            }
        });
        return lately;
    }

    private static long minute(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), 60);
    }
}
