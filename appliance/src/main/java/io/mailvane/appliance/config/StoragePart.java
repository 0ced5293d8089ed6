package io.mailvane.appliance.config;

import io.mailvane.storage.GlusterSettings;
import io.mailvane.storage.VolumeSettings;
import java.util.Map;
import java.util.Set;

/** {@code [storage]}: what the volume is on, and when it is good enough to take mail. */
final class StoragePart {
    private static final VolumeSettings DEFAULT = VolumeSettings.DEFAULT;
    private static final Set<String> TYPES_TO_COME = Set.of("ebs", "drbd", "bookkeeper");
    private static final int MOST_INODES = 1_000_000_000;
    private static final long MOST_SPACE = 1L << 50;

    private final Section storage;
    private final Folder folder;

    StoragePart(Section top, Folder folder) {
        this.storage = top.section("storage");
        this.folder = folder;
    }

    StorageSettings settings() {
        var settings = new StorageSettings(
                storage.get("type", Reading.of(StoragePart::type), StorageSettings.Type.LOCAL),
                storage.get("mount", folder.path()),
                watch(new Numbers(storage)),
                gluster(storage.section("gluster")));
        storage.end();
        return settings;
    }

    private VolumeSettings watch(Numbers numbers) {
        var size = Reading.size(0, MOST_SPACE);
        long low = storage.get("low-space", size, DEFAULT.lowSpace());
        long enough = storage.get("enough-space", size, low + low / 2);
        int inodes = numbers.whole("low-inodes", 0, MOST_INODES, (int) DEFAULT.lowInodes());
        var slow = storage.get("slow-force", Reading.duration(), DEFAULT.slowForce());
        var interval = numbers.time("interval", DEFAULT.interval());
        var deadline = numbers.time("deadline", DEFAULT.deadline());
        var force = numbers.time("force-interval", DEFAULT.forceInterval());
        return numbers.checked(DEFAULT, () -> new VolumeSettings(low, enough, inodes, slow, interval, deadline, force));
    }

    private static GlusterSettings gluster(Section section) {
        var numbers = new Numbers(section);
        var settings = new GlusterSettings(
                section.get("program", Reading.text(), GlusterSettings.DEFAULT.program()),
                numbers.time("interval", GlusterSettings.DEFAULT.interval()),
                numbers.time("deadline", GlusterSettings.DEFAULT.deadline()));
        section.end();
        return settings;
    }

    private static StorageSettings.Type type(String text) {
        if (TYPES_TO_COME.contains(text)) {
            throw new IllegalArgumentException("is not in this version; known: glusterfs, local");
        }
        return Reading.word(Map.of("local", StorageSettings.Type.LOCAL, "glusterfs", StorageSettings.Type.GLUSTERFS))
                .read(text);
    }
}
