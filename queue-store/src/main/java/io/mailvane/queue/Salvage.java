package io.mailvane.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what is queued in a partition to a folder: of each message {@code QID.eml}, as it would be sent, and
 * {@code QID.envelope}. What is left of a message that lost a part is {@code QID.part.eml}; content that lost its envelope,
 * or whose client gave up, is {@code uncommitted/QID.eml}, written only where there is damage.
 */
public final class Salvage {
    private static final int COPY = 64 << 10;

    private final OfflineQueue queue;
    private final Path folder;
    private final List<String> problems = new ArrayList<>();
    private int whole;
    private int parts;

    private Salvage(OfflineQueue queue, Path folder) {
        this.queue = queue;
        this.folder = folder;
    }

    /**
     * What was written.
     *
     * @param whole messages of which nothing is missing
     * @param parts messages, and contents without an envelope, of which something is
     * @param problems what could not be read, a sentence each
     */
    public record Written(int whole, int parts, List<String> problems) {
        public Written {
            problems = List.copyOf(problems);
        }
    }

    /**
     * @param folder made if it is not there
     * @throws IOException if the folder holds something already, or cannot be written
     */
    public static Written write(OfflineQueue queue, Path folder) throws IOException {
        Files.createDirectories(folder);
        try (var present = Files.list(folder)) {
            if (present.findAny().isPresent()) {
                throw new IOException(folder + " is not empty");
            }
        }
        var salvage = new Salvage(queue, folder);
        salvage.run();
        return new Written(salvage.whole, salvage.parts, salvage.problems);
    }

    private void run() throws IOException {
        for (var entry : queue.queued()) {
            write(entry);
        }
        if (!queue.findings().isEmpty()) {
            for (var content : queue.uncommitted()) {
                var target =
                        Files.createDirectories(folder.resolve("uncommitted")).resolve(content.id() + ".eml");
                copy(content.id(), queue.content(content), target);
                parts++;
            }
        }
    }

    private void write(Entry entry) throws IOException {
        MessageDetail detail;
        ContentStream content;
        try {
            detail = queue.describe(entry);
            content = queue.content(entry);
        } catch (IOException e) {
            problems.add("message " + entry.id + " cannot be read: " + e.getMessage());
            return;
        }
        Files.writeString(folder.resolve(entry.id + ".envelope"), EnvelopeText.of(detail), StandardCharsets.UTF_8);
        var target = folder.resolve(entry.id + ".eml");
        if (copy(entry.id.text(), content, target)) {
            whole++;
        } else {
            Files.move(target, folder.resolve(entry.id + ".part.eml"));
            parts++;
        }
    }

    /** Copies to the end, or to where it cannot be read; what cannot be written is another matter, and thrown. */
    private boolean copy(String id, InputStream content, Path target) throws IOException {
        try (content;
                var to = Files.newOutputStream(target)) {
            var octets = new byte[COPY];
            while (true) {
                int got;
                try {
                    got = content.read(octets);
                } catch (IOException e) {
                    problems.add("message " + id + " is not whole: " + e.getMessage());
                    return false;
                }
                if (got < 0) {
                    return true;
                }
                to.write(octets, 0, got);
            }
        }
    }
}
