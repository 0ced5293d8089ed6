package io.mailvane.appliance.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An SMTP server on loopback that answers each command as it is told, and takes all else. */
final class SmtpReceiver implements AutoCloseable {
    /** Where in a session a word is said; {@code CONTENT} is the end of the message. */
    enum Word {
        GREETING,
        EHLO,
        MAIL,
        RCPT,
        DATA,
        CONTENT
    }

    /** What is answered. */
    interface Script {
        /**
         * @param client address of the other side
         * @param line the command; "" where there is none
         * @return a reply; "" for the usual one
         */
        String reply(Word word, String client, String line);
    }

    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> taken = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile Script script = (word, client, line) -> "";

    SmtpReceiver(InetAddress address) throws IOException {
        listener = new ServerSocket(0, 50, address);
        Thread.ofVirtual().name("receiver").start(this::listen);
    }

    int port() {
        return listener.getLocalPort();
    }

    void answer(Script other) {
        script = other;
    }

    /** {@code client recipient} of each message that was taken. */
    List<String> taken() {
        return List.copyOf(taken);
    }

    /** {@code client recipient} of each that it was asked to take, in that order. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                var socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().name("receiver-line").start(() -> talk(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void talk(Socket socket) {
        try (socket) {
            new Session(socket).talk();
        } catch (IOException e) {
            taken.add("(lost)");
        }
    }

    /** One connection. */
    private final class Session {
        private final Socket socket;
        private final BufferedReader in;
        private final String client;
        private String recipient = "";

        Session(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            this.client = socket.getInetAddress().getHostAddress();
        }

        void talk() throws IOException {
            if (!say(Word.GREETING, "", "220 mx.test ESMTP")) {
                return;
            }
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("QUIT")) {
                    write("221 2.0.0 Bye");
                    return;
                }
                answer(line);
            }
        }

        private void answer(String line) throws IOException {
            switch (line.split("[ :]", 2)[0]) {
                case "EHLO" -> say(Word.EHLO, line, "250 mx.test");
                case "MAIL" -> say(Word.MAIL, line, "250 2.1.0 Ok");
                case "RCPT" -> {
                    recipient = line.replaceAll(".*<(.*)>.*", "$1");
                    asked.add(client + " " + recipient);
                    say(Word.RCPT, line, "250 2.1.5 Ok");
                }
                case "DATA" -> {
                    if (say(Word.DATA, line, "354 Go ahead")) {
                        content();
                    }
                }
                default -> write("250 2.0.0 Ok");
            }
        }

        private void content() throws IOException {
            var line = in.readLine();
            while (line != null && !line.equals(".")) {
                line = in.readLine();
            }
            if (say(Word.CONTENT, recipient, "250 2.0.0 Ok: queued")) {
                taken.add(client + " " + recipient);
            }
        }

        /** @return whether it was the usual reply */
        private boolean say(Word word, String line, String usual) throws IOException {
            var reply = script.reply(word, client, line);
            write(reply.isEmpty() ? usual : reply);
            return reply.isEmpty();
        }

        private void write(String reply) throws IOException {
            socket.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }
}
