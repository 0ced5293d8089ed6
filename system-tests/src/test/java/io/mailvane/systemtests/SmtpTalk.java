package io.mailvane.systemtests;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly what it is told and reads whole replies. */
final class SmtpTalk implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final BufferedReader replies;

    /** What a server says to a new session. */
    record Greeting(int port) {
        String text() throws IOException {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                return String.valueOf(
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                                .readLine());
            }
        }
    }

    SmtpTalk(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        reply();
        ask("EHLO client.example");
    }

    /** The last line of the reply to {@code command}. */
    String ask(String command) throws IOException {
        socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return reply();
    }

    /** A whole transaction; the reply to its content, which must need no dot-stuffing. */
    String sendMail(String content) throws IOException {
        ask("MAIL FROM:<me@example.org>");
        ask("RCPT TO:<you@shop.example>");
        var go = ask("DATA");
        return go.startsWith("354") ? ask(content + "\r\n.") : go;
    }

    private String reply() throws IOException {
        while (true) {
            var line = replies.readLine();
            if (line == null) {
                throw new EOFException("the server closed the connection");
            }
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
