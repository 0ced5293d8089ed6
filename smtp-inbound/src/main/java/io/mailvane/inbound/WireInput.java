package io.mailvane.inbound;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * What the client sends, buffered: command lines, and the raw octets of content. A line ends with CRLF and with nothing
 * else. One thread.
 */
final class WireInput {
    private static final int CONTENT_CAPACITY = 32 << 10;

    private final InputStream stream;
    private final int maxLine;
    private byte[] buffer;
    private int at;
    private int limit;

    WireInput(InputStream stream, int maxLine) {
        this.stream = stream;
        this.maxLine = maxLine;
        this.buffer = new byte[Math.min(maxLine, 2048)];
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

    /** Whether the client has sent more than was read: it waits for nothing yet. Never waits; under TLS it knows what is decrypted. */
    boolean hasMore() throws IOException {
        return at < limit || (stream.available() > 0 && fill());
    }

    /** Gets at least one more octet behind what is unread; false at the end. Moves the unread to the front first. */
    private boolean fill() throws IOException {
        if (at > 0) {
            System.arraycopy(buffer, at, buffer, 0, limit - at);
            limit -= at;
            at = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(maxLine, buffer.length * 2));
        }
        int got = stream.read(buffer, limit, buffer.length - limit);
        if (got <= 0) {
            return false;
        }
        limit += got;
        return true;
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
