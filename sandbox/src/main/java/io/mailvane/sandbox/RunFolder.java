package io.mailvane.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** {@code DIR/run}: who runs in the directory, where it is reached, and the secret that whoever commands it must read. */
final class RunFolder implements AutoCloseable {
    private static final String ANNOUNCEMENT = "sandbox.json";
    private static final String TOKEN = "control.token";

    /** Another process has the directory; the message names it. */
    static final class HeldException extends IOException {
        private static final long serialVersionUID = 1;

        HeldException(String sentence) {
            super(sentence);
        }
    }

    private final Path folder;
    private final FileChannel lock;

    private RunFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * Takes the directory for this process, until it is closed or the process ends.
     *
     * @throws HeldException if another process has it
     */
    static RunFolder take(Path directory) throws IOException {
        var folder = Files.createDirectories(directory.resolve("run"));
        var channel = FileChannel.open(
                folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                var owner = Files.readString(folder.resolve("lock")).strip();
                throw new HeldException("a sandbox runs in " + directory + " already, as process " + owner);
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
            return new RunFolder(folder, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Writes a new secret that only the owner of the directory can read. */
    String writeToken() throws IOException {
        var octets = new byte[16];
        new SecureRandom().nextBytes(octets);
        var token = HexFormat.of().formatHex(octets);
        var file = folder.resolve(TOKEN);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, token);
        return token;
    }

    /** Tells other programs where we are. */
    void announce(Object announcement) throws IOException {
        var beside = folder.resolve(ANNOUNCEMENT + ".new");
        Files.writeString(beside, Json.text(announcement) + "\n");
        Files.move(beside, folder.resolve(ANNOUNCEMENT), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What the sandbox of a directory announced, if one did and has not taken it back. */
    static Optional<JsonNode> announced(Path directory) throws IOException {
        try {
            return Optional.of(
                    Json.read(Files.readString(directory.resolve("run").resolve(ANNOUNCEMENT))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static String token(Path directory) throws IOException {
        return Files.readString(directory.resolve("run").resolve(TOKEN));
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            Files.deleteIfExists(folder.resolve(ANNOUNCEMENT));
            Files.deleteIfExists(folder.resolve(TOKEN));
        }
    }
}
