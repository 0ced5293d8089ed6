package io.mailvane.systemtests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What arrived in a maildir. */
record Maildir(Path directory) {
    static Maildir of(Path root, String domain, String localPart) {
        return new Maildir(
                root.resolve("maildir").resolve(domain).resolve(localPart).resolve("new"));
    }

    /** The messages in any order; each octet is a character. */
    List<String> messages() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.map(Maildir::read).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
