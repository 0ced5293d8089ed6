package io.mailvane.sandbox;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that sends exactly what it is told, from an address of its choice. */
final class SmtpClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final BufferedReader replies;

    SmtpClient(InetSocketAddress server, String local) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort(), InetAddress.ofLiteral(local), 0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A reply with its lines joined by a bar; {@code closed} if there is none any more. */
    String reply() throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            var line = line();
            if (line == null) {
                return "closed";
            }
            lines.add(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return String.join("|", lines);
            }
        }
    }

    private @Nullable String line() throws IOException {
        try {
            return replies.readLine();
        } catch (SocketException e) {
            // A reset: the server closed before it had read all.
            return null;
        }
    }

    /** Sends commands at once and returns the replies, the banner's first. */
    List<String> talk(String... commands) throws IOException {
        send(String.join("\r\n", commands) + "\r\n");
        var told = new ArrayList<String>();
        for (int count = 0; count <= commands.length; count++) {
            told.add(reply());
        }
        return told;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
