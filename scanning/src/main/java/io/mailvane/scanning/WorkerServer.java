package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLServerSocket;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnectionFactory;
import org.apache.hc.core5.http.impl.io.HttpService;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP/1.1 over connections that are kept, each of which has a thread of its own. Any number of threads. */
final class WorkerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerServer.class);
    private static final int BACKLOG = 256;
    /** Relays use none that was idle for half as long. */
    private static final Duration IDLE = Duration.ofMinutes(2);
    /** A request whose sender or reader does not go on must not hold a connection for ever. */
    private static final Duration STALLED = Duration.ofMinutes(5);

    private static final Duration ACCEPT_AGAIN = Duration.ofMillis(200);

    private static final Http1Config LIMITS = Http1Config.custom()
            .setMaxLineLength(8 << 10)
            .setMaxHeaderCount(100)
            .build();
    private static final DefaultBHttpServerConnectionFactory CONNECTIONS =
            DefaultBHttpServerConnectionFactory.builder().http1Config(LIMITS).build();

    private final ServerSocket listening;
    private final HttpService service;
    private final Duration longest;
    private final LongSupplier nanoTime;
    private final ExecutorService threads;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Visit> visits = ConcurrentHashMap.newKeySet();

    private WorkerServer(
            ServerSocket listening,
            HttpServerRequestHandler handler,
            Duration longest,
            LongSupplier nanoTime,
            ExecutorService threads) {
        this.listening = listening;
        this.longest = longest;
        this.nanoTime = nanoTime;
        this.threads = threads;
        this.service = new HttpService(
                HttpProcessors.server("mailvane"),
                (request, answer, context) -> {
                    ((Visit) context.getAttribute(Visit.NAME)).answers();
                    handler.handle(request, answer, context);
                },
                LIMITS,
                DefaultConnectionReuseStrategy.INSTANCE,
                null);
    }

    /**
     * Listens.
     *
     * @param threads one for each connection, and one that waits for them
     * @throws IOException if the address cannot be bound
     */
    static WorkerServer start(
            WorkerSettings settings, HttpServerRequestHandler handler, LongSupplier nanoTime, ExecutorService threads)
            throws IOException {
        var listening = listening(settings.access());
        try {
            listening.bind(settings.address(), BACKLOG);
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        var server = new WorkerServer(listening, handler, settings.longest(), nanoTime, threads);
        threads.execute(server::accept);
        return server;
    }

    /** No certificate, no connection. */
    private static ServerSocket listening(WorkerSettings.Access access) throws IOException {
        if (access.tls().isEmpty()) {
            return new ServerSocket();
        }
        var secured =
                (SSLServerSocket) access.tls().get().getServerSocketFactory().createServerSocket();
        secured.setNeedClientAuth(true);
        return secured;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void accept() {
        boolean failing = false;
        do {
            try {
                var visit = new Visit(listening.accept());
                visits.add(visit);
                threads.execute(() -> serve(visit));
                failing = false;
            } catch (IOException e) {
                if (!failing && closing.getCount() > 0) {
                    LOG.warn("{}", LogLine.event("alarm").field("what", "worker-accept"), e);
                }
                failing = true;
            }
            // What is wrong (no file descriptors, mostly) stays so for a moment: neither spin nor fill the log.
        } while (!failing ? closing.getCount() > 0 : !closedWithin(ACCEPT_AGAIN));
    }

    /** Waits; an interrupt counts as the end, since only an end interrupts. */
    private boolean closedWithin(Duration wait) {
        try {
            return closing.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void serve(Visit visit) {
        try (visit;
                var connection = CONNECTIONS.createConnection(visit.socket)) {
            visit.socket.setTcpNoDelay(true);
            while (connection.isOpen()) {
                visit.waits();
                var context = HttpCoreContext.create();
                context.setAttribute(Visit.NAME, visit);
                service.handleRequest(connection, context);
            }
        } catch (IOException | HttpException e) {
            // Who asked is gone, or speaks something else: the end of the connection is all the answer there can be.
            LOG.debug("a connection ended", e);
        } finally {
            visits.remove(visit);
        }
    }

    /** One connection, and since when it waits for a request or answers one. */
    private final class Visit implements AutoCloseable {
        private static final String NAME = "visit";

        private final Socket socket;
        private volatile long sinceNanos = nanoTime.getAsLong();
        private volatile Duration most = IDLE;

        Visit(Socket socket) {
            this.socket = socket;
        }

        void waits() {
            sinceNanos = nanoTime.getAsLong();
            most = IDLE;
        }

        void answers() {
            sinceNanos = nanoTime.getAsLong();
            most = longest.plus(STALLED);
        }

        boolean isStalled() {
            return nanoTime.getAsLong() - sinceNanos > most.toNanos();
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                LOG.debug("a connection ended", e);
            }
        }
    }

    /** Ends connections on which nothing has happened for too long. */
    void endStalled() {
        visits.stream().filter(Visit::isStalled).forEach(Visit::close);
    }

    /** Ends all connections at once. */
    @Override
    public void close() {
        closing.countDown();
        try {
            listening.close();
        } catch (IOException e) {
            LOG.debug("it listened no more", e);
        }
        visits.forEach(Visit::close);
    }
}
