package io.mailvane.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP server on loopback that keeps what it takes, and behaves as it is told. Each octet is a character. */
final class NextHop implements AutoCloseable {
    private static final int BACKLOG = 200;
    private static final int BUFFER = 64 << 10;

    private final ServerSocket listening;
    private final List<Taken> taken = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Manners manners;

    /** A message as it came, dot-stuffing undone. */
    record Taken(List<String> recipients, String content) {}

    NextHop(Manners manners) throws IOException {
        this(0, manners);
    }

    NextHop(int port, Manners manners) throws IOException {
        this.manners = manners;
        listening = new ServerSocket();
        // Little is on its way, so that a peer notices in the middle when we go.
        listening.setReceiveBufferSize(BUFFER);
        listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** A port of loopback at which nobody listens. */
    static int unusedPort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    /** From the next command on, in open sessions too. */
    void behave(Manners better) {
        manners = better;
    }

    List<Taken> taken() {
        return taken;
    }

    private void acceptAll() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                // Closed by the test, which is the end of this thread.
                close();
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Session(socket).talk();
        } catch (IOException e) {
            // A peer that goes away, or that our manners made go away.
            open.remove(socket);
        }
    }

    private final class Session {
        private final OutputStream out;
        private final BufferedReader in;
        private final List<String> recipients = new ArrayList<>();

        Session(Socket socket) throws IOException {
            out = socket.getOutputStream();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            socket.setTcpNoDelay(true);
        }

        void talk() throws IOException {
            manners.say(out, manners.greeting());
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var reply = manners.reply(line);
                if (line.startsWith("RCPT TO:<") && reply.startsWith("250")) {
                    recipients.add(line.substring("RCPT TO:<".length(), line.indexOf('>')));
                }
                if (line.equals("DATA") && recipients.isEmpty()) {
                    reply = "554 5.5.1 No valid recipients";
                }
                manners.say(out, reply);
                if (reply.startsWith("354")) {
                    takeContent();
                } else if (reply.startsWith("221") || reply.startsWith("421")) {
                    return;
                }
            }
        }

        private void takeContent() throws IOException {
            var content = new StringBuilder();
            for (var line = contentLine(); !line.equals(".\r\n"); line = contentLine()) {
                content.append(line, line.startsWith(".") ? 1 : 0, line.length());
                manners.hear(content.length());
            }
            var message = new Taken(List.copyOf(recipients), content.toString());
            taken.add(message);
            recipients.clear();
            manners.say(out, manners.verdict(message));
        }

        /** With its CRLF; a bare CR or LF does not end it. */
        private String contentLine() throws IOException {
            var line = new StringBuilder();
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                line.append((char) octet);
                if (octet == '\n' && line.length() > 1 && line.charAt(line.length() - 2) == '\r') {
                    return line.toString();
                }
            }
            throw new IOException("the content broke off");
        }
    }

    /** Ends its sessions too. */
    @Override
    public void close() {
        try {
            listening.close();
            for (var socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
