package io.mailvane.systemtests;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly what it is told and reads whole replies. Each octet is a character. */
final class SmtpTalk implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

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
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    SmtpTalk(InetSocketAddress server) throws IOException {
        socket = new Socket();
        socket.connect(server, PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        reply();
        ask("EHLO client.example");
    }

    /** The last line of the reply to {@code command}. */
    String ask(String command) throws IOException {
        send(command + "\r\n");
        return reply();
    }

    void send(String octets) throws IOException {
        socket.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A whole transaction; the reply to its content, which must need no dot-stuffing. */
    String sendMail(String content) throws IOException {
        envelope("me@example.org", "you@shop.example");
        var go = ask("DATA");
        return go.startsWith("354") ? ask(content + "\r\n.") : go;
    }

    /** MAIL and RCPT; the reply to the last. */
    String envelope(String from, String... to) throws IOException {
        var reply = ask("MAIL FROM:<" + from + ">");
        for (var recipient : to) {
            reply = ask("RCPT TO:<" + recipient + ">");
        }
        return reply;
    }

    /** The content, which ends in CRLF or is empty, by DATA, dot-stuffed; the reply to it. */
    String data(String content) throws IOException {
        var go = ask("DATA");
        if (!go.startsWith("354")) {
            return go;
        }
        send(("\r\n" + content).replace("\r\n.", "\r\n..").substring(2));
        return ask(".");
    }

    /** The content by BDAT, in chunks of so many octets; the first reply that is not 250, else the last. */
    String bdat(String content, int chunk) throws IOException {
        int at = 0;
        while (content.length() - at > chunk) {
            send("BDAT " + chunk + "\r\n" + content.substring(at, at + chunk));
            var reply = reply();
            if (!reply.startsWith("250")) {
                return reply;
            }
            at += chunk;
        }
        send("BDAT " + (content.length() - at) + " LAST\r\n" + content.substring(at));
        return reply();
    }

    /** The queue id in the reply of an acceptance. */
    static String queueId(String reply) {
        var said = "250 2.0.0 Ok: queued as ";
        if (!reply.startsWith(said)) {
            throw new AssertionError("not accepted: " + reply);
        }
        return reply.substring(said.length());
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
