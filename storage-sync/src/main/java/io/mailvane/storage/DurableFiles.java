package io.mailvane.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Small files and folders of their owner's alone, that outlast a loss of power from the moment they are there. */
final class DurableFiles {
    private static final FileAttribute<?> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private DurableFiles() {}

    /** Makes a folder whose parent is there, unless it is. */
    static void make(Path folder) throws IOException {
        try {
            Files.createDirectory(folder, OWNERS_FOLDER);
        } catch (FileAlreadyExistsException e) {
            return;
        }
        var parent = folder.getParent();
        if (parent != null) {
            force(parent);
        }
    }

    /** As {@link #make}, with its missing parents. */
    static void makeAll(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        var parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            makeAll(parent);
        }
        make(folder);
    }

    /** A new file; its name is not forced yet. */
    static void write(Path file, String text) throws IOException {
        Files.createFile(file, OWNERS_FILE);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            put(channel, text);
        }
    }

    /** Writes over the beginning of a file. */
    static void put(FileChannel channel, String text) throws IOException {
        var octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (octets.hasRemaining()) {
            channel.write(octets, octets.position());
        }
        channel.force(false);
    }

    /** A new or removed name survives only once its folder was forced. */
    static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** What the system says went wrong, without the file's name. */
    static String reason(IOException cause) {
        var bare = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
        return bare == null ? cause.getClass().getSimpleName() : bare;
    }
}
