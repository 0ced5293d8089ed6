package io.mailvane.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** {@code ./mailvane prove fuzz}: hostile octets for minutes. Exit status 1: the node ended, faltered, or refused good mail. */
final class FuzzProof {
    private static final int MINUTES = 5;
    private static final int SESSIONS = 16;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final List<String> WORDS = List.of(
            "EHLO a\r\n",
            "HELO\r\n",
            "MAIL FROM:<a@b.example>\r\n",
            "MAIL FROM:<>",
            " SIZE=99999999999999999999\r\n",
            " BODY=8BITMIME SMTPUTF8\r\n",
            "RCPT TO:<you@shop.example>\r\n",
            "RCPT TO:<@a,@b:\"q\\\"\"@[IPv6:::1]>\r\n",
            "DATA\r\n",
            ".\r\n",
            "\r\n.\r\n",
            "\n.\n",
            "\r.\r",
            "\r\n.\n",
            "BDAT 0 LAST\r\n",
            "BDAT 5\r\nhello",
            "BDAT 4294967296\r\n",
            "BDAT -1\r\n",
            "RSET\r\n",
            "NOOP x\r\n",
            "VRFY \u00ff\r\n",
            "QUIT\r\n",
            "STARTTLS\r\n",
            "AUTH PLAIN AAAA\r\n",
            "\0",
            "\r",
            "\n",
            "\r\n",
            ":",
            "<",
            ">",
            "\"",
            "Received: x\r\n".repeat(60),
            "X-Mailvane-A:\r\n b\r\n",
            "A".repeat(3000),
            "\u00c3\u00a9");

    private final int port;
    private final long end;
    private final AtomicLong hostile = new AtomicLong();
    private final AtomicLong good = new AtomicLong();

    private FuzzProof(int port, long end) {
        this.port = port;
        this.end = end;
    }

    /** Arguments: minutes, seed. */
    public static void main(String[] arguments) throws Exception {
        long minutes = arguments.length > 0 ? Long.parseLong(arguments[0]) : MINUTES;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : new Random().nextLong();
        System.out.println("Seed " + seed + ", " + minutes + " minutes.");
        var directory = Files.createTempDirectory("mailvane-fuzz");
        NodeFile.maildir(directory);
        try (var node = NodeProcess.start(directory)) {
            var proof = new FuzzProof(
                    node.smtpPort(),
                    System.nanoTime() + Duration.ofMinutes(minutes).toNanos());
            proof.run(seed);
            boolean faultless = !node.errors().contains("level=error") && node.terminate() == 0;
            System.out.printf(
                    "%d hostile sessions, %d good messages taken beside them; log and end of the node: %s%n",
                    proof.hostile.get(), proof.good.get(), faultless ? "clean" : "see " + directory);
            System.exit(faultless ? 0 : 1);
        }
    }

    private void run(long seed) throws Exception {
        try (var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = new java.util.ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < SESSIONS; i++) {
                var random = new Random(seed + i);
                running.add(sessions.submit(() -> harass(random)));
            }
            while (System.nanoTime() < end) {
                try (var talk = new SmtpTalk(port)) {
                    var _ = SmtpTalk.queueId(talk.sendMail("Subject: good\r\n\r\nHello"));
                    good.incrementAndGet();
                }
            }
            for (var session : running) {
                session.get();
            }
        }
    }

    private void harass(Random random) {
        while (System.nanoTime() < end) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                var out = socket.getOutputStream();
                if (random.nextInt(4) > 0) {
                    greet(socket);
                }
                for (int i = random.nextInt(60); i > 0; i--) {
                    out.write(word(random).getBytes(StandardCharsets.ISO_8859_1));
                }
                socket.shutdownOutput();
                hostile.incrementAndGet();
                socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
            } catch (java.net.SocketTimeoutException e) {
                throw new IllegalStateException("the node neither answers nor closes", e);
            } catch (IOException e) {
                // Cut off, as a hostile client deserves.
                hostile.incrementAndGet();
            }
        }
    }

    /** Who does not wait for the greeting, and for the reply to EHLO, comes no further. */
    private static void greet(Socket socket) throws IOException {
        var replies = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        var reply = replies.readLine();
        socket.getOutputStream().write("EHLO a\r\n".getBytes(StandardCharsets.ISO_8859_1));
        do {
            reply = replies.readLine();
        } while (reply != null && reply.startsWith("250-"));
    }

    private static String word(Random random) {
        if (random.nextInt(10) > 0) {
            return WORDS.get(random.nextInt(WORDS.size()));
        }
        var octets = new byte[random.nextInt(200)];
        random.nextBytes(octets);
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
