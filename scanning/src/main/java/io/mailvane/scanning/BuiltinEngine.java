package io.mailvane.scanning;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * The engine that every worker has without installing anything: test messages, attachments that run programs, and what is
 * in archives. It knows no spam and no virus, and does not replace an engine that does.
 */
public final class BuiltinEngine implements ScanEngine {
    /** As the configuration names it. */
    public static final String NAME = "builtin";

    private final BuiltinLimits limits;

    public BuiltinEngine(BuiltinLimits limits) {
        this.limits = limits;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<TestMessage> mustFind() {
        return Set.of(TestMessage.GTUBE, TestMessage.EICAR);
    }

    @Override
    public Finding scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        var inspection = new Inspection(limits, request.size(), deadline);
        try (var content = request.content().open()) {
            requireAll(request.size(), look(inspection, inspection.source(content)));
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("the scan was given up");
            }
            throw new ScanException("builtin: the content could not be read: " + e.getMessage(), e);
        }
        return inspection.finding();
    }

    private static void requireAll(long size, long seen) throws IOException {
        if (seen != size) {
            throw new IOException("it has " + seen + " octets, not " + size);
        }
    }

    /** @return octets that were seen */
    private static long look(Inspection inspection, InputStream content) throws IOException {
        var parts = new PartScan(inspection);
        var raw = new Searches(PartScan.ANYWHERE);
        var seen = new Seen(content, raw);
        try {
            new MimeWalk(inspection, parts).walk(seen);
        } catch (IOException e) {
            if (inspection.failed()) {
                throw e;
            }
        }
        // Also what the walk did not come to: a test message is found in whatever it is hidden.
        seen.transferTo(OutputStream.nullOutputStream());
        parts.tell(raw.found());
        return seen.octets;
    }

    /** What is read of the content is searched as it is, too. */
    private static final class Seen extends WatchedStream {
        private final Searches searches;
        private long octets;

        Seen(InputStream content, Searches searches) {
            super(content);
            this.searches = searches;
        }

        @Override
        void seen(byte[] from, int offset, int read) {
            searches.accept(from, offset, read);
            octets += read;
        }
    }
}
