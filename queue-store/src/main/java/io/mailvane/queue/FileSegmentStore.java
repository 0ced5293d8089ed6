package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** Segments as files of one directory: local disk, EBS, DRBD, a GlusterFS mount. Any number of threads. */
public final class FileSegmentStore implements SegmentStore {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    /** Mail is nobody else's to read. */
    private static final FileAttribute<?> OWNERS_ALONE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private static final String SUFFIX = ".segment";
    private static final String SET_ASIDE = ".damaged";

    private final Path directory;

    /** @param directory made, durably, with its parents if it is not there */
    public FileSegmentStore(Path directory) throws IOException {
        this.directory = directory.toAbsolutePath();
        make(this.directory);
    }

    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        var parent = directory.getParent();
        if (parent == null) {
            throw new NoSuchFileException(directory.toString());
        }
        make(parent);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        force(parent);
    }

    @Override
    public List<String> list() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Appender create(String name) throws IOException {
        var channel = FileChannel.open(directory.resolve(name), NEW, OWNERS_ALONE);
        try {
            force(directory);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new FileAppender(channel);
    }

    @Override
    public Reader open(String name) throws IOException {
        return new FileReader(FileChannel.open(directory.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public void delete(String name) throws IOException {
        if (Files.deleteIfExists(directory.resolve(name))) {
            force(directory);
        }
    }

    @Override
    public void setAside(String name) throws IOException {
        var segment = directory.resolve(name);
        if (Files.exists(segment)) {
            Files.move(segment, directory.resolve(name + SET_ASIDE), StandardCopyOption.ATOMIC_MOVE);
            force(directory);
        }
    }

    /** A new or removed name survives only once its directory was forced. */
    private static void force(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() {
        // Nothing is held open between calls.
    }

    private static final class FileAppender implements Appender {
        private final FileChannel channel;
        private long size;

        FileAppender(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public void append(ByteBuffer records) throws IOException {
            while (records.hasRemaining()) {
                size += channel.write(records);
            }
        }

        @Override
        public void force() throws IOException {
            // The length is data as far as reading back goes, so fdatasync is enough.
            channel.force(false);
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class FileReader implements Reader {
        private final FileChannel channel;

        FileReader(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer into, long position) throws IOException {
            int begin = into.position();
            while (into.hasRemaining()) {
                if (channel.read(into, position + into.position() - begin) < 0) {
                    break;
                }
            }
            return into.position() - begin;
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
