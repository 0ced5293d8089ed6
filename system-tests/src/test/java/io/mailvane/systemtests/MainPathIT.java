package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mail goes in by real clients and comes out at real servers, octet for octet. */
class MainPathIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int KILL_AFTER = 300;
    private static final int SESSIONS = 8;
    private static final String MESSAGE = "From: <me@example.org>\nTo: <you@shop.example>\nSubject: odd\n"
            + "Content-Type: text/plain; charset=iso-8859-1\nX-Long: " + "x".repeat(900) + "\n\n"
            + ".a leading dot\n..two\n\tumlaut \u00e4 in latin-1\nlast line\n";

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        swaks   | swaks --silent 2 --server 127.0.0.1:PORT --from me@example.org --to you@shop.example --data @FILE
        msmtp   | msmtp --host=127.0.0.1 --port=PORT --from=me@example.org --auth=off --tls=off you@shop.example
        curl    | curl -sS --crlf --url smtp://127.0.0.1:PORT --mail-from me@example.org --mail-rcpt you@shop.example -T FILE
        python3 | python3 -c 'import smtplib;s=smtplib.SMTP("127.0.0.1",PORT);s.sendmail("me@example.org",["you@shop.example"],open("FILE","rb").read().replace(b"\\n",b"\\r\\n"));s.quit()'
        """)
    void takesMailOfRealClientsAndKeepsItsOctets(String program, String command) throws Exception {
        Programs.need(program);
        NodeFile.maildir(directory);
        var file = Files.write(directory.resolve("message"), MESSAGE.getBytes(StandardCharsets.ISO_8859_1));
        try (var node = NodeProcess.start(directory)) {
            var line =
                    command.replace("PORT", Integer.toString(node.smtpPort())).replace("FILE", file.toString());

            Programs.shell(directory, line + " < " + file);

            var arrived = Maildir.of(directory, "shop.example", "you");
            await().atMost(DEADLINE).until(() -> arrived.messages().size() == 1);
            assertThat(arrived.messages().getFirst())
                    .startsWith("Return-Path: <me@example.org>\nReceived: from ")
                    // swaks ends what it sends with a line of its own.
                    .endsWith(program.equals("swaks") ? MESSAGE + "\n" : MESSAGE);
        }
    }

    @Test
    void takesALoadOfSmtpSourceWithoutLoss() throws Exception {
        Programs.need("smtp-source");
        NodeFile.maildir(directory);
        try (var node = NodeProcess.start(directory)) {
            Programs.shell(
                    directory,
                    "smtp-source -4 -d -s 20 -l 4096 -m 500 -f me@example.org -t you@shop.example 127.0.0.1:"
                            + node.smtpPort());

            var arrived = Maildir.of(directory, "shop.example", "you");
            await().atMost(DEADLINE).until(() -> arrived.messages().size() == 500);
            assertThat(node.get("/api/v1/queue/counts")
                            .path("messages")
                            .path("total")
                            .asInt())
                    .isZero();
        }
    }

    @Test
    void relaysToAServerOfAnotherMake() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            NodeFile.smtp(directory, server.getSmtp().getPort());
            try (var node = NodeProcess.start(directory);
                    var talk = node.connect()) {
                assertThat(talk.sendMail("Subject: by SMTP\r\n\r\nHello")).startsWith("250 ");

                assertThat(server.waitForIncomingEmail(DEADLINE.toMillis(), 1)).isTrue();
                assertThat(server.getReceivedMessages()[0].getSubject()).isEqualTo("by SMTP");
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void twoRecipientsHaveTwoFatesAndTheSenderHearsOfTheFailure() throws Exception {
        try (var server = new PickyServer()) {
            NodeFile.smtp(directory, server.port());
            try (var node = NodeProcess.start(directory);
                    var talk = node.connect()) {
                talk.ask("MAIL FROM:<me@sender.example>");
                talk.ask("RCPT TO:<good@shop.example>");
                talk.ask("RCPT TO:<unknown@shop.example>");
                talk.ask("DATA");
                assertThat(talk.ask("Subject: two\r\n\r\nHello\r\n.")).startsWith("250 ");

                var sender = Maildir.of(directory, "sender.example", "me");
                await().atMost(DEADLINE).until(() -> sender.messages().size() == 1);
                assertThat(sender.messages().getFirst())
                        .startsWith("Return-Path: <>\n")
                        .contains("multipart/report", "Final-Recipient: rfc822; unknown@shop.example")
                        .contains("Action: failed", "Status: 5.1.1")
                        .doesNotContain("Final-Recipient: rfc822; good@");
                assertThat(server.relayedTo()).containsExactly("good@shop.example");
            }
        }
    }

    @Test
    void mailForAServerThatIsDownWaitsAndSaysWhy() throws Exception {
        int port;
        try (var gone = new java.net.ServerSocket(0)) {
            port = gone.getLocalPort();
        }
        NodeFile.smtp(directory, port);
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            var qid = talk.sendMail("Subject: waits\r\n\r\nHello").replaceAll(".* ", "");

            await().atMost(DEADLINE)
                    .until(() -> node.get("/api/v1/queue/" + qid)
                            .path("state")
                            .asText()
                            .equals("deferred"));
            var recipient = node.get("/api/v1/queue/" + qid).path("recipients").path(0);
            assertThat(recipient.path("why").asText()).isNotEmpty();
            assertThat(recipient.path("nextAttempt").asText()).isNotEmpty();
        }
    }

    @Test
    void everyMailThatGot250ArrivesAfterAKillUnderLoad() throws Exception {
        NodeFile.maildir(directory);
        Map<String, String> accepted = new ConcurrentHashMap<>();
        var killed = new AtomicBoolean();
        try (var node = NodeProcess.start(directory);
                var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, SESSIONS)
                    .mapToObj(session -> sessions.submit(() -> sendUntilKilled(node, session, accepted, killed)))
                    .toList();
            await().atMost(DEADLINE).until(() -> accepted.size() >= KILL_AFTER);
            killed.set(true);
            node.kill();
            for (var session : running) {
                session.get();
            }
        }

        try (var again = NodeProcess.start(directory)) {
            var arrived = Maildir.of(directory, "shop.example", "you");
            await().atMost(DEADLINE)
                    .until(() -> again.get("/api/v1/queue/counts")
                                    .path("messages")
                                    .path("total")
                                    .asInt()
                            == 0);
            assertThat(arrived.messages().stream().map(MainPathIT::mark)).containsAll(accepted.values());
        }
    }

    private static @Nullable Void sendUntilKilled(
            NodeProcess node, int session, Map<String, String> accepted, AtomicBoolean killed) throws IOException {
        try (var talk = node.connect()) {
            for (int i = 0; ; i++) {
                var mark = session + "-" + i;
                var reply = talk.sendMail("Subject: " + mark + "\r\n\r\nHello");
                assertThat(reply).startsWith("250 2.0.0 Ok: queued as ");
                accepted.put(reply, mark);
            }
        } catch (IOException e) {
            if (!killed.get()) {
                throw e;
            }
            return null;
        }
    }

    private static String mark(String message) {
        return message.replaceAll("(?s).*\nSubject: ([^\n]*)\n.*", "$1");
    }

    @Test
    void logsAnAttemptWithTheFieldsOfTheContractInTheirOrder() throws Exception {
        NodeFile.maildir(directory);
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.sendMail("Subject: logged\r\n\r\nHello");
            await().atMost(DEADLINE).until(() -> node.errors().contains("event=attempt"));

            var line = node.errors()
                    .lines()
                    .filter(l -> l.contains("event=attempt"))
                    .findFirst()
                    .orElseThrow();
            var fields = List.of(line.split(" (?=[a-z]+=)")).stream()
                    .map(field -> field.substring(0, field.indexOf('=')))
                    .toList();
            assertThat(fields)
                    .containsExactly(
                            "ts level event qid from to provider route tier source relay outcome code status before queue setup transmission reply"
                                    .split(" "));
        }
    }
}
