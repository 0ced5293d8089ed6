package io.mailvane.outbound;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A peer on a real socket that does what its scripts say: the first connection the first, and all that are left the last one. */
final class ScriptedPeer implements AutoCloseable {
    private final ServerSocket listener;
    private final List<Script> scripts;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<String> contents = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();

    /** What a peer does with one connection; when it returns the connection is closed. */
    @FunctionalInterface
    interface Script {
        void talk(Line line) throws IOException;
    }

    private ScriptedPeer(List<Script> scripts) throws IOException {
        this.scripts = List.copyOf(scripts);
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("peer").start(this::listen);
    }

    static ScriptedPeer of(Script... scripts) {
        try {
            return new ScriptedPeer(List.of(scripts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                sockets.add(socket);
                var script = scripts.get(Math.min(connections.getAndIncrement(), scripts.size() - 1));
                Thread.ofVirtual().name("peer-line").start(() -> talk(script, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Script script, Socket socket) {
        try (socket;
                var line = new Line(socket)) {
            script.talk(line);
        } catch (IOException e) {
            heard.add("(lost)");
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    Target target() {
        return new Target("peer.example", new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
    }

    String relay() {
        return target().relay();
    }

    /** Every command of every connection, in the order it came. */
    List<String> heard() {
        return new ArrayList<>(heard);
    }

    /** What stood between DATA and the final dot, as it came. */
    List<String> contents() {
        return new ArrayList<>(contents);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    /** One connection, as its script sees it. */
    final class Line implements Closeable {
        private Socket socket;
        private InputStream in;
        private OutputStream out;

        Line(Socket socket) throws IOException {
            use(socket);
        }

        private void use(Socket through) throws IOException {
            socket = through;
            in = new BufferedInputStream(through.getInputStream());
            out = through.getOutputStream();
        }

        /** Says text as it stands. */
        Line say(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
            return this;
        }

        Line reply(String text) throws IOException {
            return say(text + "\r\n");
        }

        /** The next command, without its line end. */
        String hear() throws IOException {
            var command = readLine();
            heard.add(command);
            return command;
        }

        Line hearAndReply(String reply) throws IOException {
            hear();
            return reply(reply);
        }

        private String readLine() throws IOException {
            var line = new StringBuilder();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    throw new IOException("closed");
                }
                line.append((char) octet);
            }
            return new String(line.toString().strip().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }

        /** Everything until the final dot. */
        void hearContent() throws IOException {
            var content = new StringBuilder();
            while (!content.toString().endsWith("\r\n.\r\n")
                    && !content.toString().equals(".\r\n")) {
                int octet = in.read();
                if (octet < 0) {
                    throw new IOException("closed");
                }
                content.append((char) octet);
            }
            contents.add(new String(content.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }

        /** Reads so many octets and keeps none. */
        void swallow(long octets) throws IOException {
            in.skipNBytes(octets);
        }

        /** Waits until the client has gone. */
        void hold() throws IOException {
            in.transferTo(OutputStream.nullOutputStream());
        }

        void startTls(SSLContext context) throws IOException {
            var tls = (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
            tls.setUseClientMode(false);
            tls.startHandshake();
            use(tls);
        }

        /** As if the cable were cut: no goodbye of TCP's. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
