package io.mailvane.outbound;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Opens the connections of one session. One thread, but for {@link #abort}. */
final class SmtpDialer {
    private final SmtpClientSettings settings;
    private final StallGuard guard;
    private final AuthTurns turns;
    private volatile @Nullable Socket opening;
    private volatile boolean aborted;

    /** @param turns of all that say the same credentials */
    SmtpDialer(SmtpClientSettings settings, StallGuard guard, AuthTurns turns) {
        this.settings = settings;
        this.guard = guard;
        this.turns = turns;
    }

    /** For one delivery, which may connect several times. */
    AuthTurns.Attempt begin() {
        return turns.begin();
    }

    /**
     * Connects, and does all that comes before MAIL. With MAY, a TLS that does not come about is left out at a second connection.
     *
     * @throws IOException if this address cannot be used now; the message says why
     */
    SmtpConnection connect(Target target, Deadline deadline, AuthTurns.Attempt auth) throws IOException {
        try {
            return connect(target, deadline, settings.tls(), auth);
        } catch (TlsFailedException | SSLException e) {
            if (settings.tls() == TlsMode.VERIFY) {
                throw new UnusableHostException(
                        "TLS with a verified certificate did not come about: " + e.getMessage());
            }
            return connect(target, deadline, TlsMode.NONE, auth);
        }
    }

    private SmtpConnection connect(Target target, Deadline deadline, TlsMode tls, AuthTurns.Attempt auth)
            throws IOException {
        var connect = deadline.within(settings.timeouts().connect());
        var socket = new Socket();
        opening = socket;
        boolean opened = false;
        try {
            requireNotAborted();
            socket.setTcpNoDelay(true);
            if (settings.local().isPresent()) {
                bind(socket, settings.local().get());
            }
            long begun = deadline.nowNanos();
            socket.connect(target.address(), connect.remainingMillis());
            var connection = new SmtpConnection(target, settings, guard, new SmtpWire(socket), auth);
            begin(connection, deadline.within(settings.timeouts().greeting()), tls, begun);
            opened = true;
            return connection;
        } finally {
            opening = null;
            if (!opened) {
                socket.close();
            }
        }
    }

    private static void bind(Socket socket, InetAddress local) throws IOException {
        try {
            socket.bind(new InetSocketAddress(local, 0));
        } catch (SocketException e) {
            throw new UnusableAddressException(local, e);
        }
    }

    private void begin(SmtpConnection connection, Deadline deadline, TlsMode tls, long begunNanos) throws IOException {
        guard.watch(connection.wire());
        boolean begun = false;
        try {
            connection.begin(deadline, tls, begunNanos);
            begun = true;
        } finally {
            if (!begun) {
                guard.forget(connection.wire());
            }
        }
    }

    private void requireNotAborted() throws SocketException {
        if (aborted) {
            throw new SocketException("the session was closed");
        }
    }

    /** Ends an opening that runs in another thread, and lets none begin. */
    void abort() throws IOException {
        aborted = true;
        var socket = opening;
        if (socket != null) {
            socket.close();
        }
    }

    /** This host has no such address, or no port of it is free. */
    static final class UnusableAddressException extends IOException {
        private static final long serialVersionUID = 1;

        UnusableAddressException(InetAddress local, SocketException cause) {
            super("cannot set out from " + local.getHostAddress() + ": " + cause.getMessage(), cause);
        }
    }

    /** STARTTLS was answered with 220, and then no TLS came about. */
    static final class TlsFailedException extends IOException {
        private static final long serialVersionUID = 1;

        TlsFailedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
