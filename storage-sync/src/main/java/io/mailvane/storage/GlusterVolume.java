package io.mailvane.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A mount of GlusterFS: a directory as any other, of which is also known how its copies stand. What tells that takes seconds, and waits
 * long on a zone that is cut off; a look shows what it said last.
 */
public final class GlusterVolume implements Volume {
    private static final String TYPE = "fuse.glusterfs";

    private final LocalVolume directory;
    private final GlusterWatch watch;

    /** @param ticker as {@link System#nanoTime} */
    public GlusterVolume(
            LocalVolume.Place place, Duration forceInterval, GlusterSettings settings, LongSupplier ticker) {
        this(
                new LocalVolume(mounted(place), forceInterval, ticker),
                new GlusterWatch(settings, GlusterVolume::inThread, ticker));
    }

    GlusterVolume(LocalVolume directory, GlusterWatch watch) {
        this.directory = directory;
        this.watch = watch;
    }

    private static void inThread(Runnable asking) {
        Thread.ofPlatform().daemon().name("gluster-look").start(asking);
    }

    /** The place, if a GlusterFS is mounted there. */
    static LocalVolume.Place mounted(LocalVolume.Place place) {
        var mounting = new LocalVolume.Mounting(place.mounting().point(), Optional.of(TYPE));
        return new LocalVolume.Place(place.directory(), place.node(), place.memory(), mounting);
    }

    @Override
    public void open() throws IOException {
        directory.open();
    }

    @Override
    public void require() throws IOException {
        directory.require();
    }

    @Override
    public Space space() throws IOException {
        return directory.space();
    }

    @Override
    public void makeRoom() throws IOException {
        directory.makeRoom();
    }

    @Override
    public Sight look() {
        var sight = directory.look();
        var name = directory.source().flatMap(GlusterVolume::name);
        if (name.isEmpty()) {
            return sight;
        }
        var answer = watch.look(name.get());
        var troubles = new ArrayList<>(sight.troubles());
        troubles.addAll(answer.troubles());
        return new Sight(troubles, sight.space(), sight.force(), answer.copies());
    }

    /** {@code HOST:/NAME}, {@code HOST:NAME}, and a folder of it behind another slash. */
    static Optional<String> name(String source) {
        var parts = source.replaceFirst("^.*:/?", "").split("/", -1);
        return source.contains(":") && !parts[0].isEmpty() ? Optional.of(parts[0]) : Optional.empty();
    }
}
