package io.mailvane.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Room that is put by for the hour in which others have taken all the rest: with it a node can still take its partition and write what
 * becomes of its mail, and so make room. One thread at a time.
 */
final class Reserve {
    static final int OCTETS = 1 << 20;
    /** With so many times as much free it is put by. */
    private static final int PLENTY = 16;

    private final Path file;

    Reserve(Path file) {
        this.file = file;
    }

    /** Makes its file, empty: never later, when its folder could be that of a volume which is gone. */
    void open() throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, "");
        }
    }

    /**
     * Gives it up where less than that is free, and puts it by where there is plenty. Who removed it has it back when the volume is opened.
     *
     * @throws IOException if it can be done neither
     */
    void keep(Space space) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        if (space.freeOctets() < OCTETS) {
            giveUp();
        } else if (space.freeOctets() >= (long) PLENTY * OCTETS && Files.size(file) < OCTETS) {
            putBy();
        }
    }

    private void giveUp() throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            channel.force(true);
        }
    }

    /** What is random takes its room on every file system. */
    private void putBy() throws IOException {
        var octets = new byte[OCTETS / 2];
        new SecureRandom().nextBytes(octets);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            DurableFiles.put(channel, HexFormat.of().formatHex(octets));
        }
    }
}
