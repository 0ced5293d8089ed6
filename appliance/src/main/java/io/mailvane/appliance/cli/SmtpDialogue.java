package io.mailvane.appliance.cli;

import io.mailvane.outbound.HostAndPort;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One message said to a server, step by step, as a person would who tries it out: plain, without extensions but SMTPUTF8,
 * and with every reply kept. Delivery itself is {@code outbound-router}'s.
 */
final class SmtpDialogue implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int REPLY_MILLIS = 60_000;
    private static final int MAX_LINE = 4096;
    private static final int CODE = 3;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    /**
     * How it ended.
     *
     * @param recipients the reply to each RCPT, in their order
     * @param reply the one that decided it: to the content, or to the command that went wrong
     */
    record Outcome(Map<String, String> recipients, String reply) {
        boolean takenForAll() {
            return isPositive(reply) && recipients.values().stream().allMatch(SmtpDialogue::isPositive);
        }
    }

    private SmtpDialogue(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    static SmtpDialogue connect(HostAndPort server) throws IOException {
        var socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
            socket.setSoTimeout(REPLY_MILLIS);
            return new SmtpDialogue(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    Outcome send(String from, List<String> recipients, byte[] content) throws IOException {
        Map<String, String> replies = new LinkedHashMap<>();
        var greeting = reply();
        if (!isPositive(greeting)) {
            return new Outcome(replies, greeting);
        }
        say("EHLO localhost");
        var ehlo = reply();
        boolean ascii = (from + recipients).chars().allMatch(c -> c < 0x80);
        say("MAIL FROM:<" + from + ">" + (ascii ? "" : " SMTPUTF8"));
        var mail = reply();
        if (!isPositive(ehlo) || !isPositive(mail)) {
            return quit(new Outcome(replies, isPositive(ehlo) ? mail : ehlo));
        }
        for (var recipient : recipients) {
            say("RCPT TO:<" + recipient + ">");
            replies.put(recipient, reply());
        }
        if (replies.values().stream().noneMatch(SmtpDialogue::isPositive)) {
            return quit(new Outcome(replies, "No recipient was taken"));
        }
        say("DATA");
        var go = reply();
        if (!go.startsWith("354")) {
            return quit(new Outcome(replies, go));
        }
        out.write(stuffed(content));
        say(".");
        return quit(new Outcome(replies, reply()));
    }

    /** Line ends as CRLF, leading dots doubled, and the last line ended. */
    private static byte[] stuffed(byte[] content) {
        var stuffed = new ByteArrayOutputStream(content.length + 64);
        boolean lineBegins = true;
        for (int i = 0; i < content.length; i++) {
            byte octet = content[i];
            if (lineBegins && octet == '.') {
                stuffed.write('.');
            }
            if (octet == '\n' && (i == 0 || content[i - 1] != '\r')) {
                stuffed.write('\r');
            }
            stuffed.write(octet);
            lineBegins = octet == '\n';
        }
        if (!lineBegins) {
            stuffed.writeBytes(new byte[] {'\r', '\n'});
        }
        return stuffed.toByteArray();
    }

    /** Who said 421 has closed the connection. */
    private Outcome quit(Outcome outcome) throws IOException {
        if (!outcome.reply().startsWith("421")) {
            say("QUIT");
        }
        return outcome;
    }

    private void say(String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private String reply() throws IOException {
        var text = new StringBuilder();
        String line;
        do {
            line = line();
            text.append(text.isEmpty() ? "" : "\n").append(line);
        } while (line.length() > CODE && line.charAt(CODE) == '-');
        return text.toString();
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0 || line.size() == MAX_LINE) {
                throw new EOFException(
                        octet < 0 ? "the server closed the connection" : "the server's reply does not end");
            }
            line.write(octet);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    private static boolean isPositive(String reply) {
        return reply.startsWith("2");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
