package io.mailvane.outbound;

import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The next hops that something waits for or goes to, each made when it is needed and gone when it is not. Any number of threads. */
final class Sites {
    private final ConcurrentHashMap<Routing.SiteKey, Site> sites = new ConcurrentHashMap<>();
    private final Supplier<OutboundSettings> settings;
    private final Site.Courier courier;
    private final Consumer<Job> refused;
    private volatile boolean draining;

    /**
     * @param settings in force
     * @param refused is given what finds its site full, or comes after the end
     */
    Sites(Supplier<OutboundSettings> settings, Site.Courier courier, Consumer<Job> refused) {
        this.settings = settings;
        this.courier = courier;
        this.refused = refused;
    }

    void send(Job job) {
        var way = job.way();
        var accepted = new AtomicBoolean();
        sites.compute(way.key(), (key, present) -> {
            var site = present == null ? site(way) : present;
            accepted.set(!draining && site.offer(job));
            return site.unused() ? null : site;
        });
        if (!accepted.get()) {
            refused.accept(job);
        }
    }

    private Site site(Routing.Way way) {
        var current = settings.get();
        return new Site(
                way,
                current.limits().perSite(),
                current.timeouts().idle().toNanos(),
                courier,
                () -> sites.computeIfPresent(way.key(), (key, site) -> site.unused() ? null : site));
    }

    /** What has not begun of the mail that was to leave from a source address; it is the caller's. */
    List<Job> takeAllFromSources() {
        return sites.entrySet().stream()
                .filter(entry -> entry.getKey().source().isPresent())
                .flatMap(entry -> entry.getValue().takeAll().stream())
                .toList();
    }

    /** What has not begun of the mail whose way is not open any more; it is the caller's. */
    List<Job> takeShut() {
        return sites.values().stream().flatMap(site -> site.takeShut().stream()).toList();
    }

    /** Takes nothing more; what has not begun is the caller's. */
    List<Job> drain() {
        draining = true;
        return sites.values().stream().flatMap(site -> site.drain().stream()).toList();
    }

    /** Ends what runs. */
    void cut() {
        sites.values().forEach(Site::cut);
    }

    int size() {
        return sites.size();
    }
}
