package io.mailvane.inbound;

import java.io.IOException;
import java.util.Arrays;

/**
 * What the client sends, buffered: command lines, and the raw octets of content. A line ends with CRLF and with nothing
 * else. One thread.
 */
final class WireInput {
    private static final int CONTENT_CAPACITY = 32 << 10;

    private final Source source;
    private final int maxLine;
    private byte[] buffer;
    private int at;
    private int limit;

    WireInput(Source source, int maxLine) {
        this.source = source;
        this.maxLine = maxLine;
        this.buffer = new byte[Math.min(maxLine, 2048)];
    }

    /** Where the octets come from. */
    interface Source {
        /** Waits for some. @return how many came; less than 0 at the end */
        int read(byte[] into, int offset, int length) throws IOException;

        /** As {@link #read}, but waits for none: 0 if none is there. Octets of TLS are there once a whole record is. */
        int readNow(byte[] into, int offset, int length) throws IOException;
    }

    /** What came instead of, or as, a command line. */
    sealed interface Line {
        /** Without its CRLF. */
        record Command(byte[] octets) implements Line {}

        /** More than a line may have; all of it was read and dropped. */
        record TooLong() implements Line {}

        /** A CR or LF that is not of a CRLF, or a NUL; the line was dropped up to its CRLF. */
        record Malformed() implements Line {}

        /** The client closed. */
        record End() implements Line {}
    }

    Line readLine() throws IOException {
        int scanned = at;
        boolean malformed = false;
        boolean overlong = false;
        while (true) {
            for (; scanned < limit; scanned++) {
                byte b = buffer[scanned];
                if (b == '\n' && scanned > at && buffer[scanned - 1] == '\r') {
                    var line = Arrays.copyOfRange(buffer, at, scanned - 1);
                    // Content has left a buffer that takes more than a line may have.
                    overlong |= scanned + 1 - at > maxLine;
                    at = scanned + 1;
                    return ended(line, malformed, overlong);
                }
                malformed |= b == '\n' || b == 0 || (scanned > at && buffer[scanned - 1] == '\r');
            }
            if (limit - at >= maxLine) {
                overlong = true;
                dropAllButLast();
                scanned = limit;
            }
            int consumed = at;
            if (!fill()) {
                return new Line.End();
            }
            scanned -= consumed - at;
        }
    }

    private static Line ended(byte[] line, boolean malformed, boolean overlong) {
        if (overlong) {
            return new Line.TooLong();
        }
        return malformed ? new Line.Malformed() : new Line.Command(line);
    }

    /** The last octet may be the CR of the CRLF that ends the line. */
    private void dropAllButLast() {
        buffer[0] = buffer[limit - 1];
        at = 0;
        limit = 1;
    }

    /** Whether the client has sent more than was read: it waits for nothing yet. Never waits. */
    boolean hasMore() throws IOException {
        if (at == limit) {
            makeRoom();
            took(source.readNow(buffer, limit, buffer.length - limit));
        }
        return at < limit;
    }

    /** Gets at least one more octet behind what is unread; false at the end. Moves the unread to the front first. */
    private boolean fill() throws IOException {
        makeRoom();
        return took(source.read(buffer, limit, buffer.length - limit));
    }

    private void makeRoom() {
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, limit - at);
            limit -= at;
            at = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(maxLine, buffer.length * 2));
        }
    }

    private boolean took(int got) {
        limit += Math.max(got, 0);
        return got > 0;
    }

    /** Takes octets as they come. */
    interface OctetSink {
        /** @return how many of {@code length} were used */
        int accept(byte[] octets, int offset, int length) throws IOException;

        /** Whether no more is wanted. */
        boolean ended();
    }

    /**
     * Gives content to {@code sink}, at most {@code most} octets, until it wants no more.
     *
     * @return false if the client closed before
     */
    boolean readContent(long most, OctetSink sink) throws IOException {
        if (buffer.length < CONTENT_CAPACITY) {
            buffer = Arrays.copyOf(buffer, CONTENT_CAPACITY);
        }
        long left = most;
        while (left > 0) {
            if (at == limit) {
                at = 0;
                limit = 0;
                if (!fill()) {
                    return false;
                }
            }
            int offered = (int) Math.min(left, limit - at);
            int used = sink.accept(buffer, at, offered);
            at += used;
            left -= used;
            if (sink.ended()) {
                return true;
            }
        }
        return true;
    }
}
