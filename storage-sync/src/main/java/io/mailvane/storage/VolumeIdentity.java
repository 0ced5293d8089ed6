package io.mailvane.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells a volume from every other, and from the empty folder that is left where none is mounted: {@code volume.id} on it, written once
 * by the first node that came, and what a node remembers of the volume at that path.
 */
final class VolumeIdentity {
    private static final String MARK = "volume.id";
    private static final int OCTETS = 16;
    private static final Pattern MARK_FORM = Pattern.compile("volume 1 id=([0-9a-f]{32})\n");
    private static final Pattern MEMORY_FORM = Pattern.compile("volume 1 id=([0-9a-f]{32}) path=([^\n]*)\n");

    private final Path volume;
    private final Path memory;
    private volatile Optional<String> expected = Optional.empty();

    /** @param memory file of the node's own, not on the volume; read by {@link #recall} */
    VolumeIdentity(Path volume, Path memory) {
        this.volume = volume.toAbsolutePath();
        this.memory = memory;
    }

    /** Reads what is remembered. Of a volume at another path nothing is: the operator has moved it. */
    void recall() throws IOException {
        expected = Optional.empty();
        try {
            var form = MEMORY_FORM.matcher(Files.readString(memory));
            if (!form.matches()) {
                throw new IOException(memory + " does not name a volume; remove it if it is not needed");
            }
            if (form.group(2).equals(volume.toString())) {
                expected = Optional.of(form.group(1));
            }
        } catch (NoSuchFileException e) {
            // The node's first start.
        }
    }

    /** Whether this node had a volume at this path before. */
    boolean isKnown() {
        return expected.isPresent();
    }

    /** Takes the volume that is there for the one of this path, and marks it if nobody did. */
    void adopt() throws IOException {
        var found = readMark();
        var id = found.isPresent() ? found.get() : mark();
        remember(id);
        expected = Optional.of(id);
    }

    /** What is wrong with what is there; reads and writes nothing else than the mark. */
    Optional<Trouble> check() {
        try {
            var found = readMark();
            if (found.isEmpty()) {
                return Optional.of(Trouble.of(
                        Trouble.Kind.NOT_MOUNTED,
                        "there is no " + MARK + " in " + volume + ": the volume that was there is not mounted"));
            }
            return found.equals(expected) ? Optional.empty() : Optional.of(other());
        } catch (IOException e) {
            return Optional.of(
                    Trouble.of(Trouble.Kind.UNREACHABLE, volume + " cannot be read: " + DurableFiles.reason(e)));
        }
    }

    private Trouble other() {
        return Trouble.of(
                Trouble.Kind.OTHER_VOLUME,
                volume + " is another volume than this node had there; if it is meant, stop the node and remove "
                        + memory);
    }

    private Optional<String> readMark() throws IOException {
        try {
            var form = MARK_FORM.matcher(Files.readString(volume.resolve(MARK), StandardCharsets.ISO_8859_1));
            if (!form.matches()) {
                throw new IOException(MARK + " does not name a volume");
            }
            return Optional.of(form.group(1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Two nodes may start at once: a link is made by one of them, and has its content by then. */
    private String mark() throws IOException {
        var octets = new byte[OCTETS];
        new SecureRandom().nextBytes(octets);
        var id = HexFormat.of().formatHex(octets);
        var draft = volume.resolve(MARK + "." + id);
        DurableFiles.write(draft, "volume 1 id=" + id + "\n");
        try {
            Files.createLink(volume.resolve(MARK), draft);
        } catch (FileAlreadyExistsException e) {
            return readMark().orElseThrow(() -> new IOException(MARK + " came and went"));
        } finally {
            Files.deleteIfExists(draft);
        }
        DurableFiles.force(volume);
        return id;
    }

    private void remember(String id) throws IOException {
        var folder = memory.toAbsolutePath().getParent();
        var next = memory.resolveSibling(memory.getFileName() + ".new");
        Files.deleteIfExists(next);
        DurableFiles.write(next, "volume 1 id=" + id + " path=" + volume + "\n");
        Files.move(next, memory, StandardCopyOption.ATOMIC_MOVE);
        if (folder != null) {
            DurableFiles.force(folder);
        }
    }
}
