package io.mailvane.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Writes content after DATA, dots doubled at the begin of lines, and the final dot (RFC 5321 section 4.5.2). Only CRLF ends a line: a
 * bare LF is content, and is sent as it is.
 *
 * <p>Copies whole stretches; the buffer is reused, one object for one connection.
 */
final class DotStuffing {
    private final byte[] chunk = new byte[16 << 10];
    private final SmtpWire wire;
    private final Duration timeout;
    /** What the octets before the next one were: nothing yet or CRLF, CR, else. */
    private Before before = Before.LINE_END;

    private enum Before {
        LINE_END,
        CR,
        OTHER
    }

    DotStuffing(SmtpWire wire, Duration timeout) {
        this.wire = wire;
        this.timeout = timeout;
    }

    /**
     * Sends all of {@code content}, and leaves the last part with the final dot to {@link #end}.
     *
     * @return false if the peer spoke before it had everything: it is to be heard, and the rest is not sent
     */
    boolean send(InputStream content, Deadline deadline) throws IOException {
        before = Before.LINE_END;
        while (true) {
            int length = content.read(chunk, 0, chunk.length);
            if (length < 0) {
                return true;
            }
            stuff(length, deadline);
            if (wire.hasUnread() || (length == chunk.length && wire.hasUnreadInSocket())) {
                return false;
            }
        }
    }

    void end(Deadline deadline) throws IOException {
        if (wire.room() < 5) {
            wire.flush(deadline, timeout);
        }
        wire.put(before == Before.LINE_END ? ".\r\n" : "\r\n.\r\n");
        wire.flush(deadline, timeout);
    }

    private void stuff(int length, Deadline deadline) throws IOException {
        int from = 0;
        // A local, since the field costs as much as all the rest if it is written for every octet.
        var last = before;
        for (int i = 0; i < length; i++) {
            byte octet = chunk[i];
            if (octet == '.' && last == Before.LINE_END) {
                copy(from, i, deadline);
                from = i;
                copyDot(deadline);
            }
            last = next(last, octet);
        }
        before = last;
        copy(from, length, deadline);
    }

    private static Before next(Before last, byte octet) {
        if (octet == '\r') {
            return Before.CR;
        }
        return octet == '\n' && last == Before.CR ? Before.LINE_END : Before.OTHER;
    }

    private void copyDot(Deadline deadline) throws IOException {
        if (wire.room() == 0) {
            wire.flush(deadline, timeout);
        }
        wire.put((byte) '.');
    }

    private void copy(int from, int to, Deadline deadline) throws IOException {
        int at = from;
        while (at < to) {
            if (wire.room() == 0) {
                wire.flush(deadline, timeout);
            }
            int part = Math.min(wire.room(), to - at);
            wire.put(chunk, at, part);
            at += part;
        }
    }
}
