package io.mailvane.appliance.node;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes the directories that hold mail and tokens. */
public final class PrivateDirectory {
    private static final FileAttribute<?> OWNERS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private PrivateDirectory() {}

    /**
     * Makes it and its missing parents so that only their owner can enter, whatever the umask, and so that they outlast a
     * loss of power. One that is there keeps the mode that its operator gave it.
     */
    public static Path make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return directory;
        }
        var parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            make(parent);
            Files.createDirectories(directory, OWNERS_ALONE);
            force(parent);
        }
        return directory;
    }

    private static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
