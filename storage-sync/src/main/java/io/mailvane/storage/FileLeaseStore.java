package io.mailvane.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Claims and heartbeats as small files in {@code VOLUME/PARTITION/lease}. A claim gets its name by a hard link, which exactly one of
 * several can make, and has its content by then. A heartbeat is written over in place, and opened anew for each reading, so that no
 * cache of a network file system answers for it.
 */
public final class FileLeaseStore implements LeaseStore {
    private static final String FOLDER = "lease";
    private static final String CLAIM = ".claim";
    private static final String BEAT = ".beat";
    private static final int HEXADECIMAL = 16;
    private static final int BEAT_LENGTH = 64;
    private static final int CHECKSUM_LENGTH = 8;
    /** What a later version adds stands behind. */
    private static final Pattern BEAT_FORM = Pattern.compile("beat 1 (\\d{20}) ([A-Z_]+)( .*)?");

    private final Path volume;

    public FileLeaseStore(Path volume) {
        this.volume = volume;
    }

    @Override
    public List<String> partitions() throws IOException {
        try (var folders = Files.list(volume)) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve(FOLDER)))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> PartitionName.parse(name).isPresent())
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private Path folder(String partition) {
        return volume.resolve(partition).resolve(FOLDER);
    }

    private Path file(String partition, long epoch, String suffix) {
        return folder(partition).resolve(String.format(Locale.ROOT, "e%08x%s", epoch, suffix));
    }

    @Override
    public List<Claim> claims(String partition) throws IOException {
        var claims = new ArrayList<Claim>();
        for (long epoch : epochs(partition, CLAIM)) {
            ifThere(partition, epoch).ifPresent(claims::add);
        }
        return List.copyOf(claims);
    }

    /** Its successor may just have removed it. */
    private Optional<Claim> ifThere(String partition, long epoch) throws IOException {
        try {
            return Optional.of(read(partition, epoch));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private List<Long> epochs(String partition, String suffix) throws IOException {
        try (var files = Files.list(folder(partition))) {
            return files.map(file -> epoch(file.getFileName().toString(), suffix))
                    .flatMapToLong(OptionalLong::stream)
                    .sorted()
                    .boxed()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    private static OptionalLong epoch(String name, String suffix) {
        if (!name.matches("e[0-9a-f]{8,16}" + Pattern.quote(suffix))) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseUnsignedLong(name.substring(1, name.length() - suffix.length()), HEXADECIMAL));
    }

    private Claim read(String partition, long epoch) throws IOException {
        var file = file(partition, epoch, CLAIM);
        var claim = ClaimText.parse(epoch, Files.readString(file, StandardCharsets.US_ASCII))
                .orElseThrow(() -> new IOException(file + " is not a claim"));
        if (!claim.partition().equals(partition)) {
            throw new IOException(file + " is a claim of partition " + claim.partition() + ", so " + partition
                    + " is a copy of that, or its name was changed");
        }
        return claim;
    }

    @Override
    public Claim claim(Claim claim) throws IOException {
        var partition = claim.partition();
        DurableFiles.make(volume.resolve(partition));
        DurableFiles.make(folder(partition));
        var draft = folder(partition).resolve(claim.by().nonce() + ".new");
        Files.deleteIfExists(draft);
        DurableFiles.write(draft, ClaimText.of(claim));
        try {
            Files.createLink(file(partition, claim.epoch(), CLAIM), draft);
            DurableFiles.force(folder(partition));
        } catch (FileAlreadyExistsException e) {
            // Somebody's, or our own from a try of which we were told that it had failed: it says whose.
            return read(partition, claim.epoch());
        } finally {
            Files.deleteIfExists(draft);
        }
        return read(partition, claim.epoch());
    }

    @Override
    public Optional<Heartbeat> heartbeat(String partition, long epoch) throws IOException {
        try {
            return parse(Files.readString(file(partition, epoch, BEAT), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private static Optional<Heartbeat> parse(String text) {
        if (text.length() != BEAT_LENGTH + CHECKSUM_LENGTH + 1) {
            return Optional.empty();
        }
        var says = text.substring(0, BEAT_LENGTH).stripTrailing();
        var form = BEAT_FORM.matcher(says);
        if (!form.matches() || !text.substring(BEAT_LENGTH).equals(checksum(says) + "\n")) {
            return Optional.empty();
        }
        return Optional.of(new Heartbeat(Long.parseLong(form.group(1)), Heartbeat.State.named(form.group(2))));
    }

    @Override
    public void beat(String partition, long epoch, Heartbeat heartbeat) throws IOException {
        var file = file(partition, epoch, BEAT);
        var says = String.format(Locale.ROOT, "beat 1 %020d %s", heartbeat.count(), heartbeat.state());
        var text = says + " ".repeat(BEAT_LENGTH - says.length()) + checksum(says) + "\n";
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            DurableFiles.put(channel, text);
        } catch (NoSuchFileException e) {
            DurableFiles.write(file, text);
            DurableFiles.force(folder(partition));
        }
    }

    private static String checksum(String text) {
        var crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.US_ASCII));
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }

    @Override
    public void forgetBefore(String partition, long epoch) throws IOException {
        for (var suffix : List.of(BEAT, CLAIM)) {
            for (long old : epochs(partition, suffix)) {
                if (old < epoch) {
                    Files.deleteIfExists(file(partition, old, suffix));
                }
            }
        }
    }

    @Override
    public void probe(String partition) throws IOException {
        var file = folder(partition).resolve("probe.new");
        Files.deleteIfExists(file);
        DurableFiles.write(file, "probe\n");
        Files.delete(file);
    }
}
