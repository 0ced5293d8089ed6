package io.mailvane.scanning;

import io.mailvane.mail.Verdict.Action;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message on its way through the built-in engine: what was found, how much of the limits is used, and whether the way
 * had to end early. One thread.
 *
 * <p>Two things end it from within a library's stream, both as an {@link IOException} that passes through: a limit, which
 * is a finding, and content or time that ran out, which is none. {@link #unreadable} tells them from octets that a library
 * could not read.
 */
final class Inspection {
    /** Text compresses well; small messages say little about what a bomb is. */
    private static final long RATIO_FROM = 1 << 20;

    private final BuiltinLimits limits;
    private final long size;
    private final Deadline deadline;
    private final Map<String, Action> found = new LinkedHashMap<>();
    private int parts;
    private int entries;
    private long inflated;
    private Optional<IOException> ended = Optional.empty();
    private boolean failed;

    Inspection(BuiltinLimits limits, long size, Deadline deadline) {
        this.limits = limits;
        this.size = size;
        this.deadline = deadline;
    }

    void found(Action action, String reason) {
        found.merge(reason, action, Action::worse);
    }

    /** Octets that the library which was to read them does not understand, while others may. */
    void unreadable(String what) throws IOException {
        if (ended.isPresent()) {
            throw ended.get();
        }
        found(Action.QUARANTINE, what + " that cannot be read");
    }

    /** Fields that some program reads in another way: nobody knows what it will show. */
    void doubtfulMime() {
        found(Action.QUARANTINE, "MIME that can be read in several ways");
    }

    void requireMimeDepth(int depth) throws IOException {
        requireWithin(depth, limits.mimeDepth(), "MIME parts are nested too deep");
    }

    void countPart() throws IOException {
        parts++;
        requireWithin(parts, limits.mimeParts(), "too many MIME parts");
    }

    void requireArchiveDepth(int depth) throws IOException {
        requireWithin(depth, limits.archiveDepth(), "archives are nested too deep");
    }

    void countEntry() throws IOException {
        entries++;
        requireWithin(entries, limits.archiveEntries(), "too many entries in archives");
    }

    private void countInflated(int octets) throws IOException {
        inflated += octets;
        requireWithin(inflated, limits.inflated(), "archives hold too much");
        if (inflated > RATIO_FROM) {
            requireWithin(inflated / limits.ratio(), size, "archives hold far more than they weigh");
        }
        requireTime();
    }

    private void requireWithin(long used, long most, String otherwise) throws IOException {
        if (used > most) {
            found(Action.QUARANTINE, otherwise);
            throw end(new IOException(otherwise));
        }
    }

    private void requireTime() throws IOException {
        if (deadline.passed()) {
            throw fail(new IOException("not looked through in time"));
        }
        if (Thread.currentThread().isInterrupted()) {
            throw fail(new IOException("given up"));
        }
    }

    private IOException fail(IOException cause) {
        failed = true;
        return end(cause);
    }

    private IOException end(IOException cause) {
        ended = Optional.of(cause);
        return cause;
    }

    /** The content: an error of it is an error of the scan, never octets that nobody understands. */
    InputStream source(InputStream content) {
        return new WatchedStream(content) {
            @Override
            void seen(byte[] from, int offset, int octets) throws IOException {
                requireTime();
            }

            @Override
            IOException broke(IOException cause) {
                return fail(cause);
            }
        };
    }

    /** What an archive gives, counted. Closing it leaves the archive open. */
    InputStream inflated(InputStream entry) {
        return new WatchedStream(new Unclosed(entry)) {
            @Override
            void seen(byte[] from, int offset, int octets) throws IOException {
                countInflated(octets);
            }
        };
    }

    /** A stream that is somebody else's to close. */
    static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // Its owner closes it.
        }
    }

    /** Whether there can be no finding: content or time ran out. */
    boolean failed() {
        return failed;
    }

    Finding finding() {
        var action = found.values().stream().reduce(Action.ACCEPT, Action::worse);
        var reasons = found.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey)
                .toList();
        return new Finding(action, reasons, List.of());
    }
}
