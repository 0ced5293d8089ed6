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
 * becomes of its mail, and so make room. Any number of threads; what is left is asked for by one at a time, so that none puts by what another
 * has just given up.
 */
final class Reserve {
    static final int OCTETS = 1 << 20;
    /** With so many times as much free it is put by. */
    private static final int PLENTY = 16;

    private final Path file;

    /** Tells what is left just now. */
    interface Left {
        Space ask() throws IOException;
    }

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
     * Gives it up where less than that is left, and puts it by where there is plenty. Who removed it has it back when the volume is opened.
     *
     * @throws IOException if it can be done neither
     */
    synchronized void keep(Left left) throws IOException {
        var space = left.ask();
        if (isGivenUpAt(space)) {
            empty();
        } else if (space.freeOctets() >= (long) PLENTY * OCTETS && Files.exists(file) && Files.size(file) < OCTETS) {
            putBy();
        }
    }

    /** Gives it up where less than that is left. */
    synchronized void giveUp(Left left) throws IOException {
        if (isGivenUpAt(left.ask())) {
            empty();
        }
    }

    private boolean isGivenUpAt(Space space) throws IOException {
        return space.freeOctets() < OCTETS && Files.exists(file) && Files.size(file) > 0;
    }

    private void empty() throws IOException {
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
