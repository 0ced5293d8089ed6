package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second process of this machine out of a directory. A guard against a slip of the hand and no more: a lock on a
 * shared file system is no fence, so nothing that is promised rests on it.
 */
public final class PartitionLock implements AutoCloseable {
    private static final String FILE = "owner.pid";

    private final FileChannel channel;

    private PartitionLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Somebody else has it; the message names the process. */
    public static final class HeldException extends IOException {
        private static final long serialVersionUID = 2;

        private final String pid;

        HeldException(Path directory, String pid) {
            super(directory + " is in use by process " + pid);
            this.pid = pid;
        }

        /** Who has it, as it said itself. */
        public String pid() {
            return pid;
        }
    }

    /**
     * Takes the lock, and leaves this process's pid for others to name.
     *
     * @param directory made with its parents if it is not there
     * @throws HeldException if a process has it
     */
    public static PartitionLock take(Path directory) throws IOException {
        var file = Files.createDirectories(directory).resolve(FILE);
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!locked(channel)) {
            channel.close();
            throw new HeldException(directory, Files.readString(file).strip());
        }
        var pid = ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        channel.truncate(0);
        channel.write(pid, 0);
        return new PartitionLock(channel);
    }

    /**
     * Makes sure that nobody has the lock just now, and leaves no trace of having asked.
     *
     * @throws HeldException if a process has it
     */
    public static void requireFree(Path directory) throws IOException {
        var file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            return;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                throw new HeldException(directory, Files.readString(file).strip());
            }
        } catch (OverlappingFileLockException e) {
            throw new HeldException(directory, Files.readString(file).strip());
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
