package io.mailvane.outbound;

import io.mailvane.mail.SmtpReply;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The octets of one connection to a next hop, through one buffer each way. One thread, but for {@link #close} and
 * {@link #closeIfStalled}, which watches its deadlines: a blocking write has no time-out of its own, and that of a read costs a
 * virtual thread more than the read.
 */
final class SmtpWire implements Closeable {
    private static final int OUT = 16 << 10;
    private static final int IN = 2 << 10;
    private static final int MAX_LINE = 4 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(SmtpWire.class);

    private final Socket tcp;
    private InputStream in;
    private OutputStream out;
    private final byte[] outgoing = new byte[OUT];
    private int outLength;
    private final byte[] incoming = new byte[IN];
    private int inAt;
    private int inEnd;
    /** When the peer, which is waited for, must have taken or sent something; null while it is not. */
    private volatile @Nullable Deadline waiting;

    private volatile boolean stalled;

    SmtpWire(Socket tcp) throws IOException {
        this.tcp = tcp;
        this.in = tcp.getInputStream();
        this.out = tcp.getOutputStream();
    }

    /** Goes on over TLS; what was read and not used before must not be taken for the peer's word under TLS. */
    void secure(SSLSocket tls, Deadline deadline) throws IOException {
        if (inAt < inEnd) {
            throw new ProtocolException("something was sent between STARTTLS and TLS");
        }
        waiting = deadline;
        try {
            tls.startHandshake();
        } finally {
            waiting = null;
        }
        in = tls.getInputStream();
        out = tls.getOutputStream();
    }

    Socket tcp() {
        return tcp;
    }

    SmtpWire put(String text) {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        if (octets.length > OUT - outLength) {
            throw new IllegalStateException("a command larger than the buffer");
        }
        System.arraycopy(octets, 0, outgoing, outLength, octets.length);
        outLength += octets.length;
        return this;
    }

    /** Octets that fit before {@link #flush} is due. */
    int room() {
        return OUT - outLength;
    }

    void put(byte octet) {
        outgoing[outLength++] = octet;
    }

    void put(byte[] octets, int offset, int length) {
        System.arraycopy(octets, offset, outgoing, outLength, length);
        outLength += length;
    }

    void flush(Deadline deadline, Duration timeout) throws IOException {
        if (deadline.passed()) {
            throw new SocketTimeoutException("no time is left");
        }
        waiting = deadline.within(timeout);
        try {
            out.write(outgoing, 0, outLength);
            out.flush();
        } catch (IOException e) {
            throw stalled ? new SocketTimeoutException("the peer takes nothing") : e;
        } finally {
            waiting = null;
        }
        outLength = 0;
    }

    /** Ends what takes too long, from outside. */
    void closeIfStalled() {
        var deadline = waiting;
        if (deadline != null && deadline.passed()) {
            stalled = true;
            close();
        }
    }

    /** Whether the peer said something that nobody asked for yet. */
    boolean hasUnread() {
        return inAt < inEnd;
    }

    /** As {@link #hasUnread}, and looks into the socket too. */
    boolean hasUnreadInSocket() throws IOException {
        return hasUnread() || in.available() > 0;
    }

    /**
     * @throws ProtocolException if it is none
     * @throws EOFException if the peer closed the connection
     * @throws SocketTimeoutException if it did not come in time, whole
     */
    SmtpReply read(Deadline deadline, Duration timeout) throws IOException {
        var step = deadline.within(timeout);
        var parser = new ReplyParser();
        while (!parser.add(readLine(step))) {
            // The parser counts the lines.
        }
        return parser.reply();
    }

    private String readLine(Deadline step) throws IOException {
        int length = 0;
        byte[] line = {};
        while (true) {
            int end = indexOfLineFeed();
            int part = (end < 0 ? inEnd : end) - inAt;
            if (length + part > MAX_LINE) {
                throw new ProtocolException("a reply line of more than " + MAX_LINE + " octets");
            }
            if (end >= 0 && length == 0) {
                return take(incoming, inAt, part, end);
            }
            line = java.util.Arrays.copyOf(line, length + part);
            System.arraycopy(incoming, inAt, line, length, part);
            length += part;
            if (end >= 0) {
                return take(line, 0, length, end);
            }
            fill(step);
        }
    }

    private int indexOfLineFeed() {
        for (int i = inAt; i < inEnd; i++) {
            if (incoming[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private String take(byte[] line, int offset, int length, int lineFeed) {
        inAt = lineFeed + 1;
        int without = length > 0 && line[offset + length - 1] == '\r' ? length - 1 : length;
        boolean plain = true;
        for (int i = offset; i < offset + without && plain; i++) {
            plain = line[i] >= 0x20 && line[i] < 0x7f;
        }
        return plain
                ? new String(line, offset, without, StandardCharsets.ISO_8859_1)
                : new String(line, offset, without, StandardCharsets.UTF_8).replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
    }

    private void fill(Deadline step) throws IOException {
        if (step.passed()) {
            throw new SocketTimeoutException("no whole reply in time");
        }
        int read = readSome(step);
        if (read < 0) {
            throw new EOFException("the peer closed the connection");
        }
        inAt = 0;
        inEnd = read;
    }

    private int readSome(Deadline step) throws IOException {
        waiting = step;
        try {
            return in.read(incoming, 0, IN);
        } catch (IOException e) {
            throw stalled ? (IOException) new SocketTimeoutException("no whole reply in time").initCause(e) : e;
        } finally {
            waiting = null;
        }
    }

    @Override
    public void close() {
        try {
            tcp.close();
        } catch (IOException e) {
            // The descriptor is gone either way, and nothing that counts was still to be written.
            LOG.debug("close", e);
        }
    }
}
