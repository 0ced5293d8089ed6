package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A next hop that is down, slow or mad delays nobody else's mail and loses none of its own. */
class BadNextHopIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration RETRY = Duration.ofHours(1);
    private static final String SETTINGS = """
            [queue]
            retry = ["1h"]
            [timeouts]
            connect = "2s"
            greeting = "2s"
            mail = "2s"
            data = "2s"
            end = "30s"
            """;
    private static final String CONTENT = "Subject: patience\r\n\r\n" + "line\r\n".repeat(20_000);

    @TempDir
    static Path directory;

    private static NextHop hop;
    private static int unused;
    private static NodeProcess node;

    @BeforeAll
    static void start() throws Exception {
        hop = new NextHop(Manners.GOOD);
        unused = NextHop.unusedPort();
        NodeFile.write(
                directory,
                SETTINGS,
                NodeFile.toHost("bad.example", hop.port()),
                NodeFile.toHost("down.example", unused),
                NodeFile.toMaildir("good.example"));
        node = NodeProcess.start(directory);
    }

    @AfterAll
    static void stop() {
        node.close();
        hop.close();
    }

    @BeforeEach
    void forget() {
        hop.taken().clear();
    }

    private static String send(String to) throws IOException {
        return send(to, CONTENT);
    }

    private static String send(String to, String content) throws IOException {
        try (var talk = node.connect()) {
            talk.envelope("me@example.org", to);
            return SmtpTalk.queueId(talk.data(content));
        }
    }

    private static JsonNode recipient(String qid) throws Exception {
        return node.message(qid).path("recipients").path(0);
    }

    /** Mail for somebody else arrives, whatever waits meanwhile. */
    private static void assertOthersAreServed(String name) throws Exception {
        var qid = send(name + "@good.example");
        await().atMost(DEADLINE).until(() -> recipient(qid).path("state").asText(), "relayed"::equals);
        assertThat(Maildir.of(directory, "good.example", name).messages()).hasSize(1);
    }

    private static void assertDeferred(String qid, String... why) throws Exception {
        await().atMost(DEADLINE).until(() -> recipient(qid).path("state").asText(), "deferred"::equals);
        var recipient = recipient(qid);
        assertThat(recipient.path("why").asText()).contains(why);
        assertThat(recipient.path("attempts")).hasSize(1);
        var attempted =
                Instant.parse(recipient.path("attempts").path(0).path("at").asText());
        assertThat(Instant.parse(recipient.path("nextAttempt").asText()))
                .isBetween(attempted.plus(RETRY.dividedBy(2)), attempted.plus(RETRY.multipliedBy(2)));
    }

    private static void assertRelayedWhenTriedAgain(String qid) throws Exception {
        assertThat(node.command("queue", "retry", qid).output()).isEqualTo("1 matched, 1 changed\n");
        await().atMost(DEADLINE).until(() -> recipient(qid).path("state").asText(), "relayed"::equals);
    }

    private static void assertTaken(int times) {
        assertThat(hop.taken().stream()
                        .map(taken -> taken.content().substring(taken.content().indexOf("Subject:"))))
                .containsExactlyElementsOf(Collections.nCopies(times, CONTENT));
    }

    @Test
    void mailForAServerThatIsDownWaitsUntilItIsUp() throws Exception {
        var qid = send("you@down.example");
        assertDeferred(qid, "no connection with 127.0.0.1[127.0.0.1]:" + unused, "refused");
        assertOthersAreServed("beside-down");

        try (var up = new NextHop(unused, Manners.GOOD)) {
            assertRelayedWhenTriedAgain(qid);
            assertThat(up.taken()).hasSize(1);
        }
    }

    @Test
    void aServerThatNeverGreetsIsGivenUpAndDelaysNobody() throws Exception {
        var late = new CountDownLatch(1);
        hop.behave(new Manners() {
            @Override
            public String greeting() throws IOException {
                waitFor(late);
                return Manners.super.greeting();
            }
        });
        var qid = send("you@bad.example");
        assertOthersAreServed("beside-tarpit");
        assertDeferred(qid, "no connection with 127.0.0.1[127.0.0.1]:" + hop.port(), "no whole reply in time");
        late.countDown();

        hop.behave(Manners.GOOD);
        assertRelayedWhenTriedAgain(qid);
        assertTaken(1);
    }

    @Test
    void aServerThatTakesItsTimeWithTheFinalDotIsWaitedFor() throws Exception {
        var ready = new CountDownLatch(1);
        hop.behave(new Manners() {
            @Override
            public String verdict() throws IOException {
                waitFor(ready);
                return Manners.super.verdict();
            }
        });
        var qid = send("you@bad.example");
        await().atMost(DEADLINE).until(() -> hop.taken().size() == 1);
        assertOthersAreServed("beside-slow");
        assertThat(recipient(qid).path("state").asText()).isEqualTo("active");
        ready.countDown();

        await().atMost(DEADLINE).until(() -> recipient(qid).path("state").asText(), "relayed"::equals);
        assertTaken(1);
    }

    @Test
    void aConnectionThatBreaksInTheMiddleOfTheContentIsTriedAgain() throws Exception {
        hop.behave(new Manners() {
            @Override
            public void hear(int octets) throws IOException {
                if (octets > CONTENT.length()) {
                    throw new IOException("gone");
                }
            }
        });
        var large = CONTENT.repeat(80);
        var qid = send("you@bad.example", large);
        assertDeferred(qid, "451 4.4.2 connection lost during sending the content");
        assertThat(hop.taken()).isEmpty();

        hop.behave(Manners.GOOD);
        assertRelayedWhenTriedAgain(qid);
        assertThat(hop.taken()).hasSize(1);
        assertThat(hop.taken().getFirst().content().endsWith(large)).isTrue();
    }

    @Test
    void aLostReplyToTheContentIsTriedAgainAndTheLogSaysThatItMayArriveTwice() throws Exception {
        hop.behave(new Manners() {
            @Override
            public String verdict() throws IOException {
                throw new IOException("gone");
            }
        });
        var qid = send("you@bad.example");
        assertDeferred(qid, "it may be delivered twice");

        hop.behave(Manners.GOOD);
        assertRelayedWhenTriedAgain(qid);
        assertTaken(2);
        assertThat(node.errors().lines().filter(line -> line.contains("event=attempt qid=" + qid)))
                .extracting(line -> line.contains("it may be delivered twice"))
                .containsExactly(true, false);
    }

    @Test
    void aServerThatAnswersOneOctetAtATimeIsUnderstood() throws Exception {
        hop.behave(new Manners() {
            @Override
            public void say(OutputStream out, String reply) throws IOException {
                for (byte octet : (reply + "\r\n").getBytes(StandardCharsets.ISO_8859_1)) {
                    out.write(octet);
                    out.flush();
                }
            }
        });
        var qid = send("you@bad.example");

        await().atMost(DEADLINE).until(() -> recipient(qid).path("state").asText(), "relayed"::equals);
        assertTaken(1);
    }

    @Test
    void aServerThatClosesItsServiceIsTriedLater() throws Exception {
        hop.behave(new Manners() {
            @Override
            public String greeting() {
                return "421 4.3.2 Closed for today";
            }

            @Override
            public String reply(String command) {
                return greeting();
            }
        });
        assertDeferred(send("you@bad.example"), "421 4.3.2 Closed for today");
    }

    @Test
    void nonsenseForAReplyIsNoAnswer() throws Exception {
        hop.behave(new Manners() {
            @Override
            public String reply(String command) throws IOException {
                return command.startsWith("MAIL") ? "mail? what mail?" : Manners.super.reply(command);
            }
        });
        assertDeferred(send("you@bad.example"), "mail? what mail?");
        assertTaken(0);
    }

    private static void waitFor(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
