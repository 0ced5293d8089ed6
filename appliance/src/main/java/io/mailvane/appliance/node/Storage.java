package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.StorageSettings;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.SegmentStore;
import io.mailvane.storage.GlusterVolume;
import io.mailvane.storage.LocalVolume;
import io.mailvane.storage.LocalVolume.Mounting;
import io.mailvane.storage.LocalVolume.Place;
import io.mailvane.storage.Volume;
import io.mailvane.storage.VolumeStatus;
import io.mailvane.storage.VolumeWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The volume under the node's queue: watched, and written to only while it is the right one. Any number of threads. */
final class Storage {
    private final Volume volume;
    private final VolumeWatch watch;
    private final Duration interval;

    private Storage(Volume volume, VolumeWatch watch, Duration interval) {
        this.volume = volume;
        this.watch = watch;
        this.interval = interval;
    }

    /**
     * Makes sure of it before anything is written there.
     *
     * @throws IOException if it is not the volume that was there before, does not answer, or cannot be written
     */
    static Storage open(Configuration configuration) throws IOException {
        var settings = configuration.volume().storage();
        var volume = volume(configuration, settings);
        return new Storage(
                volume,
                VolumeWatch.open(volume, settings.watch(), System::nanoTime),
                settings.watch().interval());
    }

    private static Volume volume(Configuration configuration, StorageSettings settings) {
        var place = new Place(
                configuration.volume().directory(),
                configuration.node().name(),
                configuration.node().data().resolve("volume.id"),
                new Mounting(settings.mount(), Optional.empty()));
        return switch (settings.type()) {
            case LOCAL -> new LocalVolume(place, settings.watch().forceInterval(), System::nanoTime);
            case GLUSTERFS ->
                new GlusterVolume(place, settings.watch().forceInterval(), settings.gluster(), System::nanoTime);
        };
    }

    /** Begins a look and returns at once; to be called once an {@link #interval}. */
    void look() {
        watch.look();
    }

    Duration interval() {
        return interval;
    }

    VolumeStatus status() {
        return watch.status();
    }

    /** Why no mail may be taken, for the log and the operator; empty: it may. */
    Optional<String> closedReason() {
        return watch.status().closedReason();
    }

    /**
     * The segments of a partition: a new one is made only on the volume itself, never in the folder that is left where it was mounted; and
     * before anybody is told that a write failed, the volume is known to be low if that is why.
     */
    SegmentStore segments(Path partition) throws IOException {
        return new VolumeSegments(new FileSegmentStore(partition), volume::require, watch::writeFailed);
    }
}
