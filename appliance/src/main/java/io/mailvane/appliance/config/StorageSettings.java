package io.mailvane.appliance.config;

import io.mailvane.storage.GlusterSettings;
import io.mailvane.storage.VolumeSettings;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the volume is, and when it is good enough.
 *
 * @param mount the mount point it must lie on; absent: none is demanded
 */
public record StorageSettings(Type type, Optional<Path> mount, VolumeSettings watch, GlusterSettings gluster) {
    /** What kind of storage a volume is on. */
    public enum Type {
        /** A directory of this machine. */
        LOCAL,
        /** A mount of GlusterFS. */
        GLUSTERFS
    }
}
