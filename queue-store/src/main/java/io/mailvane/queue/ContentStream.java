package io.mailvane.queue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * What is sent of a message: prologue, then chunks less elisions, one chunk in memory at a time. Each chunk is checked
 * before any of it is given out, so damage is an IOException and never mail. One thread.
 */
final class ContentStream extends InputStream {
    private final SegmentLog log;
    private final long[] chunks;
    private final List<Elision> elisions;
    private byte[] part;
    private int at;
    private int nextChunk;
    /** Where {@code part} begins in the content as it came; negative for the prologue. */
    private long partBegins;

    private int elision;

    ContentStream(SegmentLog log, Entry entry, Payloads.Commit commit) {
        this.log = log;
        this.chunks = entry.chunks;
        this.elisions = commit.elisions();
        this.part = commit.prologue();
        this.partBegins = -part.length;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (true) {
            skipElided();
            if (at < part.length) {
                int taken = Math.min(length, readable());
                System.arraycopy(part, at, into, offset, taken);
                at += taken;
                return taken;
            }
            if (nextChunk == chunks.length) {
                return -1;
            }
            partBegins += part.length;
            part = log.payload(chunks[nextChunk++], RecordType.CHUNK);
            at = 0;
        }
    }

    private void skipElided() {
        while (elision < elisions.size()) {
            var next = elisions.get(elision);
            long position = partBegins + at;
            if (partBegins < 0 || position < next.offset()) {
                return;
            }
            long end = next.offset() + next.length();
            at = (int) Math.min(part.length, end - partBegins);
            if (partBegins + at < end) {
                return;
            }
            elision++;
        }
    }

    /** Octets from here to the end of the part or the next elision. */
    private int readable() {
        long end = part.length;
        if (partBegins >= 0 && elision < elisions.size()) {
            end = Math.min(end, elisions.get(elision).offset() - partBegins);
        }
        return (int) (end - at);
    }
}
