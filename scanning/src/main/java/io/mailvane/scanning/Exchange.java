package io.mailvane.scanning;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnectionFactory;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.RequestConnControl;
import org.apache.hc.core5.http.protocol.RequestContent;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.jspecify.annotations.Nullable;

/**
 * One request and its whole answer by a deadline, over HTTP/1.1 connections that are kept. Any number of threads, each of which does all
 * of its exchange itself and should be virtual: no other thread is asked.
 */
final class Exchange implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    /** Our workers close a connection after twice as long without a request. */
    private static final Duration KEEP = Duration.ofMinutes(1);
    /** What no honest peer answers more than; it is held in memory. */
    private static final int ANSWER_MOST = 1 << 20;

    /** None that a peer would have to answer before the body is sent. */
    private static final HttpProcessor FIELDS = HttpProcessorBuilder.create()
            .addAll(RequestTargetHost.INSTANCE, RequestContent.INSTANCE, RequestConnControl.INSTANCE)
            .build();

    private static final DefaultBHttpClientConnectionFactory CONNECTIONS = new DefaultBHttpClientConnectionFactory();

    private final URI peer;
    private final Optional<SSLContext> tls;
    private final HttpRequestExecutor executor = new HttpRequestExecutor();
    private final Deque<Kept> idle = new ConcurrentLinkedDeque<>();
    /** One that comes after {@link #close} is not watched over, and finds that out itself. */
    private final ScheduledThreadPoolExecutor deadlines = new ScheduledThreadPoolExecutor(
            1, Thread.ofVirtual().name("scan-deadlines").factory(), new DiscardPolicy());

    private final Set<Kept> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param tls what a peer beyond loopback is asked for and shown; for https alone */
    Exchange(URI peer, Optional<SSLContext> tls) {
        this.peer = peer;
        this.tls = tls;
        deadlines.setRemoveOnCancelPolicy(true);
    }

    record Answer(int status, byte[] body) {}

    /** Nobody listens there, or nobody answered to the beginning of a connection. */
    static final class UnreachedException extends IOException {
        private static final long serialVersionUID = 1;

        UnreachedException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private record Kept(Socket socket, HttpClientConnection connection, long sinceNanos) {
        boolean isFresh(Deadline now) {
            return now.clockNanos() - sinceNanos < KEEP.toNanos();
        }

        void close() {
            connection.close(CloseMode.IMMEDIATE);
        }
    }

    /**
     * Sends and waits. Nothing of a request that is given up goes on.
     *
     * @param request gives the same each time: the peer may have closed an idle connection, and then it is sent once more over another
     * @throws UnreachedException if there is no connection
     * @throws IOException if there is no whole answer by the deadline, whatever the reason
     */
    Answer send(Supplier<ClassicHttpRequest> request, Deadline deadline) throws IOException, InterruptedException {
        deadline.check();
        var kept = kept(deadline);
        if (kept.isPresent()) {
            try {
                return over(kept.get(), request.get(), deadline);
            } catch (IOException e) {
                deadline.check();
            }
        }
        return over(connect(deadline), request.get(), deadline);
    }

    private Optional<Kept> kept(Deadline deadline) {
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            if (kept.isFresh(deadline)) {
                return Optional.of(kept);
            }
            kept.close();
        }
        return Optional.empty();
    }

    private Kept connect(Deadline deadline) throws IOException, InterruptedException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            var most = deadline.within(CONNECT).left();
            socket.connect(new InetSocketAddress(peer.getHost(), peer.getPort()), (int) Math.max(1, most.toMillis()));
            return new Kept(socket, open(socket, deadline), deadline.clockNanos());
        } catch (IOException e) {
            cut(socket);
            var broken = broken(e, deadline);
            throw socket.isConnected() ? broken : new UnreachedException(e);
        }
    }

    private HttpClientConnection open(Socket socket, Deadline deadline) throws IOException {
        if (tls.isEmpty()) {
            return CONNECTIONS.createConnection(socket);
        }
        var secured =
                (SSLSocket) tls.get().getSocketFactory().createSocket(socket, peer.getHost(), peer.getPort(), true);
        var parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        var guard = deadlines.schedule(() -> cut(socket), deadline.leftNanos(), TimeUnit.NANOSECONDS);
        try {
            requireOpen();
            secured.startHandshake();
        } finally {
            guard.cancel(false);
        }
        return CONNECTIONS.createConnection(secured, socket);
    }

    private Answer over(Kept kept, ClassicHttpRequest request, Deadline deadline)
            throws IOException, InterruptedException {
        var guard = deadlines.schedule(() -> cut(kept.socket()), deadline.leftNanos(), TimeUnit.NANOSECONDS);
        boolean isWhole = false;
        underWay.add(kept);
        try {
            requireOpen();
            request.setScheme(peer.getScheme());
            request.setAuthority(new URIAuthority(peer.getHost(), peer.getPort()));
            var context = HttpCoreContext.create();
            executor.preProcess(request, FIELDS, context);
            try (var response = executor.execute(request, kept.connection(), context)) {
                var answer = new Answer(response.getCode(), body(response.getEntity()));
                isWhole = executor.keepAlive(request, response, kept.connection(), context);
                return answer;
            }
        } catch (HttpException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException e) {
            throw broken(e, deadline);
        } finally {
            underWay.remove(kept);
            if (guard.cancel(false) && isWhole && !closed) {
                keep(new Kept(kept.socket(), kept.connection(), deadline.clockNanos()));
            } else {
                kept.close();
            }
        }
    }

    private void keep(Kept kept) {
        idle.addFirst(kept);
        if (closed) {
            closeIdle();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("it is no longer asked");
        }
    }

    private static byte[] body(@Nullable HttpEntity entity) throws IOException {
        if (entity == null) {
            return new byte[0];
        }
        var body = entity.getContent().readNBytes(ANSWER_MOST + 1);
        if (body.length > ANSWER_MOST) {
            throw new IOException("an answer of more than " + ANSWER_MOST + " octets");
        }
        return body;
    }

    /** An interrupt closes the socket of a virtual thread, as the deadline does. */
    private static IOException broken(IOException cause, Deadline deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return deadline.passed() ? Deadline.missed(cause) : cause;
    }

    private static void cut(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket that does not close", e);
        }
    }

    /** Exchanges that are under way fail. */
    @Override
    public void close() {
        closed = true;
        underWay.forEach(kept -> cut(kept.socket()));
        closeIdle();
        deadlines.shutdownNow();
    }

    private void closeIdle() {
        for (var kept = idle.pollFirst(); kept != null; kept = idle.pollFirst()) {
            kept.close();
        }
    }
}
