package io.mailvane.inbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.LineHandler;

/**
 * The socket under a session: input, replies that leave together, TLS, and how long the client may take. To James it is the
 * transport, of which only the facts are used: nothing of James reads or writes here. One thread, but for {@link #hangUp},
 * {@link #cutOff} and {@link #endOverdue}.
 *
 * <p>How long it may take is watched from outside, for reads as for writes: a blocking write has no time-out of its own, and that
 * of a read costs a virtual thread a timer's thread woken twice, a fifth of all that a small message costs.
 */
final class Wire implements ProtocolTransport, AutoCloseable {
    /** The least that a socket knows. */
    private static final int NOW_MILLIS = 1;

    private final Socket plain;
    private final Limits limits;
    private final LongSupplier nanos;
    private final boolean tlsOffered;
    private final ByteArrayOutputStream replies = new ByteArrayOutputStream(256);
    private Socket socket;
    private WireInput input;
    private Duration patience;
    private long deadlineNanos;
    /** What the client is waited for just now; empty while it is not. */
    private volatile Optional<Wait> wait = Optional.empty();

    private volatile boolean overdue;

    /** @param untilNanos when it has lasted too long */
    private record Wait(On on, long untilNanos) {
        enum On {
            /** That it sends something. */
            INPUT,
            /** That it takes what is written, or goes through with a handshake. */
            OUTPUT
        }
    }

    Wire(Socket plain, InboundSettings.Listener listener, Limits limits, LongSupplier nanos) throws IOException {
        this.plain = plain;
        this.socket = plain;
        this.limits = limits;
        this.nanos = nanos;
        this.tlsOffered = listener.tls().isPresent();
        this.patience = limits.commandTimeout();
        this.deadlineNanos = in(patience);
        plain.setTcpNoDelay(true);
        this.input = new WireInput(new Patient(plain.getInputStream(), plain.getInputStream()), limits.commandLine());
    }

    WireInput input() {
        return input;
    }

    /** Reads that bound their own wait: for one read by the patience of the moment, for a line or a message by its deadline. */
    private final class Patient implements WireInput.Source {
        private final InputStream stream;
        private final InputStream beneath;

        /** @param beneath what TLS reads from; without TLS the same stream */
        Patient(InputStream stream, InputStream beneath) {
            this.stream = stream;
            this.beneath = beneath;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            send();
            if (deadlineNanos - nanos.getAsLong() <= 0) {
                throw tooLong();
            }
            return watched(into, offset, length);
        }

        private int watched(byte[] into, int offset, int length) throws IOException {
            long now = nanos.getAsLong();
            wait = Optional.of(new Wait(Wait.On.INPUT, now + Math.min(patience.toNanos(), deadlineNanos - now)));
            int got;
            try {
                got = stream.read(into, offset, length);
            } finally {
                wait = Optional.empty();
            }
            if (got < 0 && overdue) {
                throw tooLong();
            }
            return got;
        }

        @Override
        public int readNow(byte[] into, int offset, int length) throws IOException {
            if (stream.available() > 0) {
                return read(into, offset, length);
            }
            return beneath.available() > 0 ? decryptNow(into, offset, length) : 0;
        }

        /**
         * What waits beneath TLS may be no content, but a key update, or the begin of a record that has not all come. The JDK's TLS
         * goes on where such a read ran out of time. It is watched all the same, for key updates without end would go on for ever.
         */
        private int decryptNow(byte[] into, int offset, int length) throws IOException {
            plain.setSoTimeout(NOW_MILLIS);
            try {
                return watched(into, offset, length);
            } catch (SocketTimeoutException e) {
                if (overdue) {
                    throw e;
                }
                return 0;
            } finally {
                plain.setSoTimeout(0);
            }
        }

        private static SocketTimeoutException tooLong() {
            return new SocketTimeoutException("a line or a message took too long");
        }
    }

    /** From here on a command is waited for: its whole line within the time for one, however it drips. */
    void commandBegins() {
        patience = limits.commandTimeout();
        deadlineNanos = in(limits.commandTimeout());
    }

    /** From here on content is read: other patience, and a deadline for the whole. */
    void contentBegins() {
        patience = limits.dataTimeout();
        deadlineNanos = in(limits.messageTime());
    }

    private long in(Duration wait) {
        return nanos.getAsLong() + wait.toNanos();
    }

    /** Replies leave when the client is waited for, so that those to pipelined commands leave together. */
    void reply(Response response) {
        for (var line : response.getLines()) {
            replies.writeBytes(line.toString().getBytes(StandardCharsets.UTF_8));
            replies.write('\r');
            replies.write('\n');
        }
    }

    void send() throws IOException {
        if (replies.size() > 0) {
            write(replies);
            replies.reset();
        }
    }

    private void write(ByteArrayOutputStream octets) throws IOException {
        wait = Optional.of(new Wait(Wait.On.OUTPUT, in(limits.commandTimeout())));
        try {
            octets.writeTo(socket.getOutputStream());
            socket.getOutputStream().flush();
        } finally {
            wait = Optional.empty();
        }
    }

    /**
     * Begins TLS. What the client sent before it is no part of it, so there must be none.
     *
     * @throws SSLException if the handshake fails; the message says so if the client took too long
     */
    void startTls(SSLContext context) throws IOException {
        send();
        var secured = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
        secured.setUseClientMode(false);
        wait = Optional.of(new Wait(Wait.On.OUTPUT, in(limits.commandTimeout())));
        try {
            secured.startHandshake();
        } catch (IOException e) {
            throw overdue ? new SSLException("the handshake took too long", e) : e;
        } finally {
            wait = Optional.empty();
        }
        socket = secured;
        input = new WireInput(new Patient(secured.getInputStream(), plain.getInputStream()), limits.commandLine());
    }

    /** Says a last word from another thread and closes; for a session that is waiting for its client's next command. */
    void hangUp(Response last) throws IOException {
        var words = new ByteArrayOutputStream();
        for (var line : last.getLines()) {
            words.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
        write(words);
        socket.close();
    }

    /** Closes without a word, also while another thread writes: TLS would wait for it to say goodbye. */
    void cutOff() throws IOException {
        plain.close();
    }

    /**
     * Ends a wait for the client that has lasted too long: a read as if nothing more came, so that a last word can still be said, a
     * write or a handshake without a word.
     */
    void endOverdue() throws IOException {
        var lasting = wait;
        if (lasting.isEmpty() || lasting.get().untilNanos() - nanos.getAsLong() > 0) {
            return;
        }
        switch (lasting.get().on()) {
            case INPUT -> {
                overdue = true;
                plain.shutdownInput();
            }
            case OUTPUT -> {
                overdue = true;
                cutOff();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return (InetSocketAddress) plain.getRemoteSocketAddress();
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return (InetSocketAddress) plain.getLocalSocketAddress();
    }

    @Override
    public String getId() {
        return "-";
    }

    @Override
    public boolean isTLSStarted() {
        return socket instanceof SSLSocket;
    }

    @Override
    public boolean isStartTLSSupported() {
        return tlsOffered;
    }

    @Override
    public Optional<SSLSession> getSSLSession() {
        return socket instanceof SSLSocket secured ? Optional.of(secured.getSession()) : Optional.empty();
    }

    @Override
    public boolean isProxyRequired() {
        return false;
    }

    @Override
    public void writeResponse(Response response, ProtocolSession session) {
        reply(response);
    }

    @Override
    public void popLineHandler() {
        throw new UnsupportedOperationException("no handler of ours changes who reads the wire");
    }

    @Override
    public void pushLineHandler(LineHandler<? extends ProtocolSession> handler, ProtocolSession session) {
        throw new UnsupportedOperationException("no handler of ours changes who reads the wire");
    }

    @Override
    public void setReadable(boolean readable) {
        throw new UnsupportedOperationException("the connection's thread reads when it wants");
    }

    @Override
    public boolean isReadable() {
        return true;
    }
}
