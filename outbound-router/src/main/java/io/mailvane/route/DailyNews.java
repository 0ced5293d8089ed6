package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * What is told once a day of each receiver, however much mail it says it of. The oldest are forgotten first. Any number of threads.
 */
final class DailyNews {
    private static final Duration QUIET = Duration.ofHours(24);
    private static final int MOST = 1_000;

    private final LinkedHashMap<Key, Told> told = new LinkedHashMap<>();
    /** So that the usual message asks for no lock. */
    private volatile boolean lasts;

    /** @param subject of ours: a sender's domain, an address */
    private record Key(String subject, ProviderId provider) {}

    /** @param over that it is so no more was told too */
    private record Told(Instant at, boolean over) {
        boolean isQuiet(Instant now) {
            return at.plus(QUIET).isAfter(now);
        }
    }

    synchronized boolean isNews(String subject, ProviderId provider, Instant now) {
        var key = new Key(subject, provider);
        var last = told.get(key);
        if (last != null && last.isQuiet(now)) {
            return false;
        }
        told.putLast(key, new Told(now, false));
        if (told.size() > MOST) {
            told.pollFirstEntry();
        }
        lasts = true;
        return true;
    }

    /**
     * The receiver says the contrary.
     *
     * @return whether that is news: it was told within the day, and its end was not
     */
    boolean isOver(String subject, ProviderId provider, Instant now) {
        return lasts && ends(new Key(subject, provider), now);
    }

    private synchronized boolean ends(Key key, Instant now) {
        var last = told.get(key);
        if (last == null || last.over() || !last.isQuiet(now)) {
            return false;
        }
        told.put(key, new Told(last.at(), true));
        lasts = told.values().stream().anyMatch(each -> !each.over() && each.isQuiet(now));
        return true;
    }
}
