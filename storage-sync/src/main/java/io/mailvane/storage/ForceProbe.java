package io.mailvane.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Measures what a force takes, now and then, on a file of the node's own that is written over in place. Whoever cannot write it cannot
 * write mail. One thread at a time.
 */
final class ForceProbe {
    private static final int OCTETS = 4096;

    private final Path file;
    private final Duration interval;
    private final LongSupplier ticker;
    private Optional<Duration> took = Optional.empty();
    private long measuredAt;
    private boolean failed;

    ForceProbe(Path file, Duration interval, LongSupplier ticker) {
        this.file = file;
        this.interval = interval;
        this.ticker = ticker;
    }

    /** Makes its file: never later, when its folder could be that of a volume which is gone. */
    void open() throws IOException {
        if (!Files.exists(file)) {
            DurableFiles.write(file, "0".repeat(OCTETS));
        }
        measure();
    }

    /**
     * What a force took the last time; measures if that is long ago, or failed.
     *
     * @throws IOException if it cannot be written
     */
    Duration look() throws IOException {
        if (failed || ticker.getAsLong() - measuredAt >= interval.toNanos()) {
            measure();
        }
        return took.orElseThrow();
    }

    private void measure() throws IOException {
        failed = true;
        long began = ticker.getAsLong();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            DurableFiles.put(channel, (began + " ").repeat(OCTETS).substring(0, OCTETS));
        }
        measuredAt = ticker.getAsLong();
        took = Optional.of(Duration.ofNanos(measuredAt - began));
        failed = false;
    }
}
