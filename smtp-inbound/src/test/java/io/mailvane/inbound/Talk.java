package io.mailvane.inbound;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends exactly the octets it is told and reads whole replies. */
final class Talk implements AutoCloseable {
    private Socket socket;
    private InputStream input;

    Talk(InetSocketAddress server) throws IOException {
        use(new Socket(server.getAddress(), server.getPort()));
    }

    Talk(InetSocketAddress server, String from) throws IOException {
        use(new Socket(server.getAddress(), server.getPort(), InetAddress.getByName(from), 0));
    }

    Talk(Socket connected) throws IOException {
        use(connected);
    }

    final void use(Socket replaced) throws IOException {
        socket = replaced;
        socket.setSoTimeout(10_000);
        input = socket.getInputStream();
    }

    Socket socket() {
        return socket;
    }

    Talk send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    Talk send(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
        socket.getOutputStream().flush();
        return this;
    }

    /** The last line of the next reply; "" at the end of the connection. */
    String reply() throws IOException {
        while (true) {
            var line = line();
            if (line.length() < 4 || line.charAt(3) != '-') {
                return line;
            }
        }
    }

    /** The whole next reply, its lines joined by "|". */
    String wholeReply() throws IOException {
        var whole = new StringBuilder();
        while (true) {
            var line = line();
            whole.append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return whole.toString();
            }
            whole.append('|');
        }
    }

    String ask(String command) throws IOException {
        return send(command + "\r\n").reply();
    }

    /** MAIL and RCPT. */
    Talk envelope() throws IOException {
        ask("MAIL FROM:<me@example.org>");
        ask("RCPT TO:<you@shop.example>");
        return this;
    }

    /** Greeting and EHLO. */
    Talk greet() throws IOException {
        reply();
        ask("EHLO client.example");
        return this;
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = input.read(); c >= 0 && c != '\n'; c = input.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
