package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * Domains whose mail a receiver found not to prove whose it is: each is told of once a day and receiver, however much mail it has. The
 * oldest are forgotten first. Any number of threads.
 */
final class UnprovenSenders {
    private static final Duration QUIET = Duration.ofHours(24);
    private static final int MOST = 1_000;

    private final LinkedHashMap<Key, Instant> told = new LinkedHashMap<>();

    private record Key(String domain, ProviderId provider) {}

    synchronized boolean isNews(String domain, ProviderId provider, Instant now) {
        var key = new Key(domain, provider);
        var last = told.get(key);
        if (last != null && last.plus(QUIET).isAfter(now)) {
            return false;
        }
        told.putLast(key, now);
        if (told.size() > MOST) {
            told.pollFirstEntry();
        }
        return true;
    }
}
