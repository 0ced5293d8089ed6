package io.mailvane.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Takes TCP connections on loopback, each talked with on a virtual thread of its own; closing it ends all of them. */
final class TcpListener implements AutoCloseable {
    /** Further clients wait in the backlog, as with any server that is busy. */
    private static final int MOST_CONNECTIONS = 200;

    private static final int BACKLOG = 100;

    /** Talks with one client until either has had enough; the listener closes the socket. */
    @FunctionalInterface
    interface Conversation {
        void hold(Socket client) throws IOException;
    }

    private final ServerSocket listening;
    private final Conversation conversation;
    private final Consumer<String> journal;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private TcpListener(ServerSocket listening, Conversation conversation, Consumer<String> journal) {
        this.listening = listening;
        this.conversation = conversation;
        this.journal = journal;
    }

    /**
     * @param port 0 for any free one
     * @throws IOException if the port is taken
     */
    static TcpListener start(int port, Conversation conversation, Consumer<String> journal) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        var listener = new TcpListener(socket, conversation, journal);
        listener.threads.execute(listener::acceptAll);
        return listener;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.getLocalSocketAddress();
    }

    private void acceptAll() {
        try {
            while (!listening.isClosed()) {
                places.acquire();
                begin(listening.accept());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            if (!listening.isClosed()) {
                journal.accept("takes no more connections at " + address() + ": " + e.getMessage());
            }
        }
    }

    private void begin(Socket client) throws IOException {
        open.add(client);
        try {
            threads.execute(() -> talk(client));
        } catch (RejectedExecutionException e) {
            // Accepted while we close: too late to be among those that the closing ends.
            client.close();
        }
    }

    private void talk(Socket client) {
        try (client) {
            conversation.hold(client);
        } catch (SocketException | SocketTimeoutException e) {
            // The client went away, or we close: nothing is owed to anyone.
        } catch (IOException | RuntimeException e) {
            journal.accept("a fault of its own with " + client.getRemoteSocketAddress() + ": " + e);
        } finally {
            open.remove(client);
            places.release();
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow();
        for (var client : open) {
            client.close();
        }
        threads.close();
    }
}
