package io.mailvane.sandbox;

import io.mailvane.sandbox.NameService.Carrier;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A name server's sockets: UDP and TCP on one port of loopback (RFC 1035 section 4.2). */
final class DnsServer implements AutoCloseable {
    private static final int LARGEST_QUERY = 4096;
    private static final int TCP_IDLE_MILLIS = 10_000;
    private static final int MOST_TRIES_FOR_A_PORT = 20;

    /** Answers that wait for their delay; a question more is dropped, as by a busy server. */
    private static final int MOST_DELAYED = 1000;

    private final NameService service;
    private final Consumer<String> journal;
    private final DatagramSocket datagrams;
    private final TcpListener connections;
    private final Semaphore delayed = new Semaphore(MOST_DELAYED);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private DnsServer(NameService service, int port, Consumer<String> journal) throws IOException {
        this.service = service;
        this.journal = journal;
        datagrams = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            connections = TcpListener.start(datagrams.getLocalPort(), this::talk, journal);
        } catch (IOException e) {
            datagrams.close();
            throw e;
        }
    }

    /**
     * @param port 0 for one that is free by UDP and TCP
     * @throws IOException if the port is taken
     */
    static DnsServer start(NameService service, int port, Consumer<String> journal) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                var server = new DnsServer(service, port, journal);
                server.threads.execute(server::receiveAll);
                return server;
            } catch (BindException e) {
                if (port != 0 || tries == MOST_TRIES_FOR_A_PORT) {
                    throw e;
                }
            }
        }
    }

    InetSocketAddress address() {
        return connections.address();
    }

    private void receiveAll() {
        var packet = new DatagramPacket(new byte[LARGEST_QUERY], LARGEST_QUERY);
        while (!datagrams.isClosed()) {
            try {
                packet.setLength(LARGEST_QUERY);
                datagrams.receive(packet);
                var query = Arrays.copyOf(packet.getData(), packet.getLength());
                react(query, (InetSocketAddress) packet.getSocketAddress());
            } catch (IOException | RuntimeException e) {
                if (!datagrams.isClosed()) {
                    journal.accept("a datagram was lost: " + e);
                }
            }
        }
    }

    private void react(byte[] query, InetSocketAddress client) throws IOException {
        if (!(service.react(query, Carrier.UDP) instanceof Reaction.Send(var wire, var delay))) {
            return;
        }
        if (delay.isZero()) {
            datagrams.send(new DatagramPacket(wire, wire.length, client));
        } else if (delayed.tryAcquire()) {
            threads.execute(() -> sendLater(wire, delay, client));
        }
    }

    private void sendLater(byte[] wire, Duration delay, InetSocketAddress client) {
        try {
            if (passes(delay)) {
                datagrams.send(new DatagramPacket(wire, wire.length, client));
            }
        } catch (IOException e) {
            if (!datagrams.isClosed()) {
                journal.accept("an answer was lost: " + e);
            }
        } finally {
            delayed.release();
        }
    }

    /** Waits; false if the server stops meanwhile. */
    private boolean passes(Duration delay) {
        try {
            return !stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void talk(Socket client) throws IOException {
        client.setSoTimeout(TCP_IDLE_MILLIS);
        var in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
        var out = new DataOutputStream(client.getOutputStream());
        try {
            while (true) {
                var query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                switch (service.react(query, Carrier.TCP)) {
                    case Reaction.Send(var wire, var delay) -> {
                        if (!passes(delay)) {
                            return;
                        }
                        out.write(framed(wire));
                    }
                    case Reaction.HangUp() -> {
                        return;
                    }
                    case Reaction.Silence() -> {}
                }
            }
        } catch (EOFException e) {
            // The client has asked all it wanted.
        }
    }

    /** In one segment: some clients take the length alone for a broken answer. */
    private static byte[] framed(byte[] wire) {
        var framed = new byte[wire.length + 2];
        framed[0] = (byte) (wire.length >> 8);
        framed[1] = (byte) wire.length;
        System.arraycopy(wire, 0, framed, 2, wire.length);
        return framed;
    }

    @Override
    public void close() throws IOException {
        stopping.countDown();
        datagrams.close();
        try {
            connections.close();
        } finally {
            threads.close();
        }
    }
}
