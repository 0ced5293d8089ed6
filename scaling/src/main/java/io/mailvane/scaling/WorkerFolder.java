package io.mailvane.scaling;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A worker's folder: what it says on its standard output and in its log, and large content while it is scanned. */
record WorkerFolder(Path path) {
    private static final int TAIL = 2048;
    private static final long LOG_MOST = 1 << 20;

    static WorkerFolder make(Path path) throws IOException {
        delete(path);
        Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new WorkerFolder(path);
    }

    /** What it says about itself. A file and no pipe: it can be read again, and a worker does not block on it. */
    Path said() {
        return path.resolve("said");
    }

    Path log() {
        return path.resolve("log");
    }

    /** The first line that it said, once it is whole. */
    Optional<String> firstLine() throws IOException {
        if (!Files.exists(said())) {
            return Optional.empty();
        }
        var said = tail(said(), true);
        int end = said.indexOf('\n');
        return end < 0 ? Optional.empty() : Optional.of(said.substring(0, end));
    }

    /** The last line of its log; empty if there is none. */
    String lastWords() throws IOException {
        if (!Files.exists(log())) {
            return "";
        }
        return tail(log(), false).lines().filter(line -> !line.isBlank()).reduce("", (_, line) -> line);
    }

    private static String tail(Path file, boolean fromBegin) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "r")) {
            open.seek(fromBegin ? 0 : Math.max(0, open.length() - TAIL));
            var octets = new byte[(int) Math.min(TAIL, open.length() - open.getFilePointer())];
            open.readFully(octets);
            return new String(octets, StandardCharsets.UTF_8);
        }
    }

    /** A log that grew long is moved aside, in the place of the one before. Its worker appends, and goes on at the begin of an empty one. */
    void boundLog() throws IOException {
        if (Files.exists(log()) && Files.size(log()) > LOG_MOST) {
            Files.copy(log(), path.resolve("log.1"), StandardCopyOption.REPLACE_EXISTING);
            try (var file = FileChannel.open(log(), StandardOpenOption.WRITE)) {
                file.truncate(0);
            }
        }
    }

    /** Keeps the log of one that died beside the folders of the others, in the place of the one before. */
    void keepLog() throws IOException {
        if (Files.exists(log())) {
            Files.move(
                    log(),
                    path.resolveSibling("died.log"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** It holds files alone. */
    static void delete(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (var files = Files.newDirectoryStream(path)) {
                for (var file : files) {
                    Files.deleteIfExists(file);
                }
            }
            Files.delete(path);
        }
    }
}
