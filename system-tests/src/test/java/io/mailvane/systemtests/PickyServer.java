package io.mailvane.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that knows every recipient but {@code unknown@}. */
final class PickyServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> relayedTo = new CopyOnWriteArrayList<>();

    PickyServer() throws IOException {
        Thread.ofVirtual().start(this::acceptAll);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Recipients of the messages that were taken. */
    List<String> relayedTo() {
        return relayedTo;
    }

    private void acceptAll() {
        while (!listening.isClosed()) {
            try {
                var socket = listening.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                var lines = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
            say(socket, "220 picky.example");
            var recipients = new ArrayList<String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                say(socket, answer(line, recipients, lines));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String answer(String line, List<String> recipients, BufferedReader lines) throws IOException {
        if (line.equals("DATA")) {
            return recipients.isEmpty() ? "554 5.5.1 No valid recipients" : "354 Go";
        }
        if (line.startsWith("RCPT TO:<unknown@")) {
            return "550 5.1.1 No such user here";
        }
        if (line.startsWith("RCPT TO:<")) {
            recipients.add(line.substring("RCPT TO:<".length(), line.indexOf('>')));
            return "250 2.1.5 Ok";
        }
        if (line.matches("(EHLO|MAIL|RSET|QUIT|NOOP).*")) {
            return "250 2.0.0 Ok";
        }
        var at = line;
        while (!at.equals(".")) {
            at = lines.readLine();
        }
        relayedTo.addAll(recipients);
        recipients.clear();
        return "250 2.0.0 Taken";
    }

    private static void say(Socket socket, String reply) throws IOException {
        socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
