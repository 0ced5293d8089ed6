package io.mailvane.inbound;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.queue.MessageQueue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SMTP server: its listeners and the sessions on them, a virtual thread each. Any number of threads may call it.
 */
public final class SmtpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmtpServer.class);
    private static final int BACKLOG = 1024;
    private static final Duration GUARD_ROUND = Duration.ofSeconds(1);
    private static final Duration ACCEPT_RETRY = Duration.ofMillis(100);
    private static final byte[] REFUSED =
            "421 4.3.2 No more sessions just now, try again later\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Shared shared;
    private final AtomicReference<InboundSettings.Policy> policy;
    private final LongSupplier nanos;
    private final List<Bound> bound = new ArrayList<>();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> perClient = new ConcurrentHashMap<>();
    private final Phaser running = new Phaser(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean draining;

    /** What every connection works with. */
    record Shared(
            InboundSettings settings,
            Chain chain,
            MessageQueue queue,
            Function<Offered, ScanOutcome> scan,
            InstantSource clock,
            InboundStats stats,
            Holdings holdings) {}

    private record Bound(AtomicReference<InboundSettings.Listener> current, ServerSocket socket) {
        InboundSettings.Listener listener() {
            return current.get();
        }
    }

    /**
     * What the server needs of the rest of the node.
     *
     * @param closedReason present while no mail may be taken; for the log and the operator, never for the client
     * @param ask what a relay domain's own server says of a recipient ({@link Recipients.Ask}); may block for seconds
     * @param scan has a message scanned whose client waits; may block for as long as clients wait
     * @param nanos a ticker as {@link System#nanoTime}
     */
    public record Surroundings(
            MessageQueue queue,
            Supplier<Optional<String>> closedReason,
            Function<Mailbox, RecipientAnswer> ask,
            Function<Offered, ScanOutcome> scan,
            InstantSource clock,
            LongSupplier nanos) {}

    private SmtpServer(InboundSettings settings, Surroundings surroundings) {
        this.policy = new AtomicReference<>(settings.policy());
        this.nanos = surroundings.nanos();
        var judge = new Judge(settings.limits(), policy::get, surroundings.closedReason(), surroundings.ask());
        this.shared = new Shared(
                settings,
                new Chain(settings, judge),
                surroundings.queue(),
                surroundings.scan(),
                surroundings.clock(),
                new InboundStats(),
                new Holdings(settings.limits().held()));
    }

    /**
     * Binds every listener, then begins to accept.
     *
     * @throws IOException if an address cannot be bound; the message names the listener, and none is left bound
     */
    public static SmtpServer start(InboundSettings settings, Surroundings surroundings) throws IOException {
        var server = new SmtpServer(settings, surroundings);
        try {
            for (var listener : settings.listeners()) {
                server.bind(listener);
            }
        } catch (IOException e) {
            server.close();
            throw e;
        }
        server.bound.forEach(
                b -> Thread.ofVirtual().name("accept-" + b.listener().name()).start(() -> server.acceptAll(b)));
        Thread.ofVirtual().name("smtp-timeouts").start(server::guard);
        return server;
    }

    /** A client that sends nothing, or takes no reply, must not hold its session for ever. */
    private void guard() {
        while (!closedWithin(GUARD_ROUND)) {
            connections.forEach(Connection::endOverdue);
        }
    }

    /** Waits; an interrupt counts as the end, since only an end interrupts. */
    private boolean closedWithin(Duration wait) {
        try {
            return closed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void bind(InboundSettings.Listener listener) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(listener.address(), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw new IOException(
                    "listener " + listener.name() + ": cannot bind " + text(listener.address()) + ": " + e.getMessage(),
                    e);
        }
        bound.add(new Bound(new AtomicReference<>(listener), socket));
    }

    /** The JDK puts the name that was looked up before the address, and a slash also where there is none. */
    private static String text(InetSocketAddress address) {
        return address.toString().replaceFirst(".*/", "");
    }

    /** Where each listener listens, by its name; ports are the real ones. */
    public Map<String, InetSocketAddress> addresses() {
        var addresses = new LinkedHashMap<String, InetSocketAddress>();
        bound.forEach(b -> addresses.put(
                b.listener().name(), (InetSocketAddress) b.socket().getLocalSocketAddress()));
        return addresses;
    }

    public InboundStats stats() {
        return shared.stats();
    }

    /** From the next command on, of running sessions too. */
    public void changePolicy(InboundSettings.Policy changed) {
        policy.set(changed);
    }

    /**
     * Takes over the TLS of the listeners of these names, for sessions that begin from now on: a renewed certificate. All
     * else about a listener stays as it is.
     */
    public void changeTls(List<InboundSettings.Listener> changed) {
        for (var b : bound) {
            changed.stream()
                    .filter(listener -> listener.name().equals(b.listener().name()))
                    .findFirst()
                    .ifPresent(listener -> b.current().updateAndGet(old -> old.with(listener.tls())));
        }
    }

    private void acceptAll(Bound at) {
        boolean failing = false;
        do {
            try {
                admit(at.socket().accept(), at.listener());
                failing = false;
            } catch (IOException e) {
                if (!failing && !at.socket().isClosed()) {
                    LOG.warn("{}", acceptFailed(at.listener(), e));
                }
                failing = true;
            }
            // What is wrong (no file descriptors, mostly) stays so for a moment: neither spin nor fill the log.
        } while (!failing ? !at.socket().isClosed() : !closedWithin(ACCEPT_RETRY));
    }

    private static LogLine acceptFailed(InboundSettings.Listener listener, IOException e) {
        return LogLine.event("alarm")
                .field("what", "accept-failed")
                .field("listener", listener.name())
                .field("reason", String.valueOf(e.getMessage()));
    }

    void admit(Socket socket, InboundSettings.Listener listener) throws IOException {
        var client = socket.getInetAddress();
        var limits = shared.settings().limits();
        int ofClient = perClient.merge(client, 1, Integer::sum);
        int open = shared.stats().sessionBegins();
        running.register();
        if (draining || open > limits.sessions() || ofClient > limits.sessionsPerClient()) {
            Thread.ofVirtual().start(() -> refuse(socket, client));
        } else {
            Thread.ofVirtual().name("smtp-session").start(() -> serve(socket, client, listener));
        }
    }

    private void refuse(Socket socket, InetAddress client) {
        try (socket) {
            socket.getOutputStream().write(REFUSED);
        } catch (IOException e) {
            LOG.debug("a refused client is gone", e);
        } finally {
            ended(client);
        }
    }

    private void serve(Socket socket, InetAddress client, InboundSettings.Listener listener) {
        try (socket) {
            var wire = new Wire(socket, listener, shared.settings().limits(), nanos);
            var connection = new Connection(wire, listener, shared);
            connections.add(connection);
            try {
                if (draining) {
                    connection.drain();
                }
                connection.run();
            } finally {
                connections.remove(connection);
            }
        } catch (IOException e) {
            LOG.debug("a client was gone before it was greeted", e);
        } finally {
            ended(client);
        }
    }

    private void ended(InetAddress client) {
        perClient.computeIfPresent(client, (address, count) -> count == 1 ? null : count - 1);
        shared.stats().sessionEnds();
        running.arriveAndDeregister();
    }

    /**
     * Greets new clients with 421 from now on, ends idle sessions, and waits for running transactions.
     *
     * @return whether all had ended before {@code patience} ran out; those that had not were cut off
     */
    public boolean drain(Duration patience) throws InterruptedException {
        draining = true;
        connections.forEach(Connection::drain);
        try {
            running.awaitAdvanceInterruptibly(running.arrive(), patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            connections.forEach(Connection::cutOff);
            return false;
        }
    }

    /** Stops listening and cuts off what runs. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        for (var b : bound) {
            b.socket().close();
        }
        connections.forEach(Connection::cutOff);
    }
}
