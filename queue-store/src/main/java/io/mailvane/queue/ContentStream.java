package io.mailvane.queue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What is sent of a message: prologue, then chunks less elisions, one chunk in memory at a time. Each chunk is checked
 * before any of it is given out, and one that is missing is no end, so damage is an IOException and never mail. One thread.
 */
final class ContentStream extends InputStream {
    private final SegmentLog log;
    private final Placement placement;
    private final Payloads.Content content;
    private final List<Elision> elisions;
    private final Runnable whenClosed;
    private ByteBuffer part;
    private int at;
    private int nextChunk;
    /** Where {@code part} begins in the content as it came; negative for the prologue. */
    private long partBegins;

    private int elision;

    private boolean closed;

    /** @param whenClosed lets the segments go, which the caller keeps for as long as this is open */
    ContentStream(SegmentLog log, Placement placement, Payloads.Content content, Runnable whenClosed) {
        this.log = log;
        this.placement = placement;
        this.content = content;
        this.elisions = content.elisions();
        this.whenClosed = whenClosed;
        this.part = ByteBuffer.wrap(content.prologue());
        this.partBegins = -part.limit();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("the content was closed");
        }
        if (length == 0) {
            return 0;
        }
        while (true) {
            skipElided();
            if (at < part.limit()) {
                int taken = Math.min(length, readable());
                part.get(at, into, offset, taken);
                at += taken;
                return taken;
            }
            if (nextChunk == placement.chunks().length) {
                requireWhole();
                return -1;
            }
            readNextChunk();
        }
    }

    private void requireWhole() throws IOException {
        long came = partBegins + part.limit();
        if (came != content.length()) {
            throw new IOException("of " + content.length() + " octets only the first " + came + " are left");
        }
    }

    private void readNextChunk() throws IOException {
        partBegins += part.limit();
        var location = placement.chunks()[nextChunk];
        part = log.payload(location, RecordType.CHUNK, placement.chunkLengths()[nextChunk])
                .slice();
        nextChunk++;
        at = 0;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            whenClosed.run();
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
            at = (int) Math.min(part.limit(), end - partBegins);
            if (partBegins + at < end) {
                return;
            }
            elision++;
        }
    }

    /** Octets from here to the end of the part or the next elision. */
    private int readable() {
        long end = part.limit();
        if (partBegins >= 0 && elision < elisions.size()) {
            end = Math.min(end, elisions.get(elision).offset() - partBegins);
        }
        return (int) (end - at);
    }
}
