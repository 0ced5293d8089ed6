package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsIT {
    /** Runs out in a test, and not before a busy machine has come to the point where it should. */
    private static final Duration SHORT = Duration.ofMillis(800);

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory, ServerKit.SMALL, Optional.empty());
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    @Test
    void greetsNoMoreThanSoManySessionsOfOneClient() throws Exception {
        try (var first = kit.connect().greet();
                var second = kit.connect().greet();
                var third = kit.connect().greet()) {
            try (var fourth = kit.connect()) {
                assertThat(fourth.reply()).startsWith("421 4.3.2");
                assertThat(fourth.reply()).isEmpty();
            }
            try (var neighbour = kit.connectFrom("127.0.0.3")) {
                assertThat(neighbour.reply()).startsWith("220");
            }
            assertThat(first.ask("QUIT")).startsWith("221");
            assertThat(first.reply()).isEmpty();
            await().until(() -> kit.server.stats().sessionsOpen() == 2);
            try (var next = kit.connect()) {
                assertThat(next.reply()).startsWith("220");
            }
            assertThat(second.ask("NOOP")).startsWith("250");
            assertThat(third.ask("NOOP")).startsWith("250");
        }
    }

    @Test
    void greetsNoMoreThanSoManySessionsOfAll() throws Exception {
        var open = new ArrayList<Talk>();
        try {
            for (int i = 0; i < ServerKit.SMALL.sessions(); i++) {
                open.add(kit.connectFrom("127.0.0." + (10 + i)).greet());
            }
            try (var late = kit.connectFrom("127.0.0.9")) {
                assertThat(late.reply()).startsWith("421 4.3.2");
            }
        } finally {
            for (var talk : open) {
                talk.close();
            }
        }
    }

    @Test
    void refusesALongCommandLineAndGoesOn() throws Exception {
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("NOOP " + "x".repeat(512 - "NOOP \r\n".length())))
                    .startsWith("250");
            assertThat(talk.ask("NOOP " + "x".repeat(513 - "NOOP \r\n".length())))
                    .startsWith("500 5.5.2");
            assertThat(talk.ask("NOOP " + "x".repeat(100_000))).startsWith("500 5.5.2");
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    @Test
    void doesSoBehindContentToo() throws Exception {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250");
            assertThat(talk.ask("NOOP " + "x".repeat(513 - "NOOP \r\n".length())))
                    .startsWith("500 5.5.2");
            assertThat(talk.ask("NOOP")).startsWith("250");
        }
    }

    private String content(String content) throws IOException {
        try (var talk = kit.connect().greet().envelope()) {
            talk.ask("DATA");
            var reply = talk.ask(content + "\r\n.");
            assertThat(talk.ask("NOOP")).startsWith("250");
            return reply;
        }
    }

    @Test
    void refusesALongLineOfContent() throws Exception {
        assertThat(content("a: b\r\n\r\n" + "x".repeat(1998))).startsWith("250 2.0.0");
        assertThat(content("a: b\r\n\r\n" + "x".repeat(1999))).startsWith("552 5.6.0");
        assertThat(content("a: b\r\n\r\n" + "x".repeat(200_000))).startsWith("552 5.6.0");
        assertThat(kit.queue.counts().total()).isEqualTo(1);
    }

    @Test
    void refusesALargeHeaderSection() throws Exception {
        var line = "X: " + "x".repeat(995) + "\r\n";
        assertThat(content(line.repeat(262) + "\r\n" + "body\r\n".repeat(1000))).startsWith("250 2.0.0");
        assertThat(content(line.repeat(263) + "\r\nbody")).startsWith("552 5.3.4 The header section is too large");
        assertThat(kit.queue.counts().total()).isEqualTo(1);
    }

    @Test
    void refusesALargeMessageWhetherItWasAnnouncedOrNot() throws Exception {
        var line = "x".repeat(998) + "\r\n";
        assertThat(content("a: b\r\n\r\n" + line.repeat(299))).startsWith("250 2.0.0");
        assertThat(content("a: b\r\n\r\n" + line.repeat(300))).startsWith("552 5.3.4 The message is too large");
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("MAIL FROM:<me@example.org> SIZE=300001")).startsWith("552 5.3.4");
            assertThat(talk.ask("MAIL FROM:<me@example.org> SIZE=300000")).startsWith("250");
            talk.ask("RCPT TO:<you@shop.example>");
            assertThat(talk.send("BDAT 300000\r\n\r\n" + line.repeat(299) + "x".repeat(998))
                            .reply())
                    .startsWith("250");
            assertThat(talk.send("BDAT 2 LAST\r\n\r\n").reply()).startsWith("552 5.3.4");
        }
        assertThat(kit.queue.counts().total()).isEqualTo(1);
    }

    @Test
    void takesTheFirstRecipientsAndDefersTheOthers() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org>");
            for (int i = 0; i < 3; i++) {
                assertThat(talk.ask("RCPT TO:<you" + i + "@shop.example>")).startsWith("250");
            }
            assertThat(talk.ask("RCPT TO:<you3@shop.example>")).startsWith("452 4.5.3");
            talk.ask("DATA");
            assertThat(talk.ask("a: b\r\n\r\n.")).startsWith("250");
        }
        assertThat(kit.take().orElseThrow().envelope().recipients()).hasSize(3);
    }

    /** As large as one may be, and without its end. */
    private String longHeader(Talk talk) throws IOException {
        var fields = ("X: " + "x".repeat(995) + "\r\n").repeat(262);
        return talk.envelope().send("BDAT " + fields.length() + "\r\n" + fields).reply();
    }

    @Test
    void holdsOfOneClientNoMoreThanHalfOfWhatItHoldsOfAll() throws Exception {
        try (var first = kit.connectFrom("127.0.0.3").greet();
                var second = kit.connectFrom("127.0.0.3").greet();
                var neighbour = kit.connectFrom("127.0.0.4").greet();
                var stranger = kit.connectFrom("127.0.0.5").greet()) {
            assertThat(longHeader(first)).startsWith("250");
            assertThat(longHeader(second)).startsWith("452 4.3.1");
            assertThat(longHeader(neighbour)).startsWith("250");
            assertThat(longHeader(stranger)).startsWith("452 4.3.1");

            assertThat(first.ask("RSET")).startsWith("250");
            assertThat(longHeader(second)).startsWith("250");
            second.send("BDAT 2 LAST\r\n\r\n");
            assertThat(second.reply()).startsWith("250 2.0.0 Ok");
            assertThat(longHeader(stranger)).startsWith("250");
        }
    }

    @Test
    void holdsNoMoreOfAClientThatIsGone() throws Exception {
        try (var gone = kit.connectFrom("127.0.0.3").greet()) {
            assertThat(longHeader(gone)).startsWith("250");
        }
        await().until(() -> kit.server.stats().sessionsOpen() == 0);
        try (var next = kit.connectFrom("127.0.0.3").greet()) {
            assertThat(longHeader(next)).startsWith("250");
        }
    }

    @Test
    void holdsRecipientsWithinTheSameBounds() throws Exception {
        try (var tight = new ServerKit(directory.resolve("tight"), ServerKit.holding(1200), Optional.empty());
                var talk = tight.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:<you@shop.example>")).startsWith("250");
            assertThat(talk.ask("RCPT TO:<them@shop.example> ORCPT=rfc822;" + "x".repeat(300)))
                    .startsWith("452 4.3.1");
            assertThat(talk.ask("RCPT TO:<them@shop.example>")).startsWith("250");
            assertThat(talk.ask("RSET")).startsWith("250");
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:<them@shop.example> ORCPT=rfc822;" + "x".repeat(300)))
                    .startsWith("250");
        }
    }

    @Test
    void refusesAMessageThatGoesRoundInCircles() throws Exception {
        assertThat(content("Received: x\r\n".repeat(5) + "\r\nReceived: body")).startsWith("250");
        assertThat(content("Received: x\r\n".repeat(6) + "\r\n")).startsWith("554 5.4.6");
    }

    @Test
    void endsASessionOfManyErrors() throws Exception {
        try (var talk = kit.connect().greet()) {
            for (int i = 0; i < 4; i++) {
                assertThat(talk.ask("FOO")).startsWith("500");
            }
            assertThat(talk.reply()).startsWith("421 4.7.0");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NOO", "MAIL FROM:<me@example.org>\r\n"})
    void doesNotWaitForACommandForEver(String before) throws Exception {
        var limits = ServerKit.impatient(SHORT, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (var impatient = new ServerKit(directory.resolve("impatient"), limits, Optional.empty());
                var talk = impatient.connect().greet()) {
            talk.send(before);
            if (before.endsWith("\n")) {
                talk.reply();
            }
            assertThat(talk.reply()).startsWith("421 4.4.2");
            assertThat(talk.reply()).isEmpty();
        }
    }

    @Test
    void doesNotTakeACommandThatDripsForEver() throws Exception {
        var limits = ServerKit.impatient(SHORT, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (var impatient = new ServerKit(directory.resolve("impatient"), limits, Optional.empty());
                var talk = impatient.connect().greet()) {
            var dripping = Executors.newVirtualThreadPerTaskExecutor();
            try (dripping) {
                var drips = dripping.submit(() -> dripUntilClosed(talk));
                assertThat(talk.reply()).startsWith("421 4.4.2");
                drips.get();
            }
        }
    }

    /** Each octet comes well within the time for a command; the line never ends. */
    private static boolean dripUntilClosed(Talk talk) throws InterruptedException {
        var never = new CountDownLatch(1);
        try {
            while (!never.await(SHORT.toMillis() / 10, TimeUnit.MILLISECONDS)) {
                talk.send("N");
            }
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    @Test
    void letsGoOfAClientThatTakesNoReplies() throws Exception {
        var limits = ServerKit.impatient(SHORT, Duration.ofMinutes(1), Duration.ofMinutes(1));
        try (var impatient = new ServerKit(directory.resolve("impatient"), limits, Optional.empty());
                var talk = impatient.connect()) {
            talk.greet();
            var commands = "VRFY you\r\n".repeat(1000);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            talk.send(commands);
                        }
                    })
                    .isInstanceOf(IOException.class);
            await().until(() -> impatient.server.stats().sessionsOpen() == 0);
        }
    }

    @Test
    void doesNotWaitForContentForEverAndKeepsNone() throws Exception {
        var limits = ServerKit.impatient(Duration.ofMinutes(1), SHORT, Duration.ofMinutes(1));
        try (var impatient = new ServerKit(directory.resolve("impatient"), limits, Optional.empty());
                var talk = impatient.connect().greet().envelope()) {
            talk.ask("DATA");
            talk.send("a: b\r\n\r\n");
            assertThat(talk.reply()).startsWith("421 4.4.2");
            assertThat(talk.reply()).isEmpty();
            assertThat(impatient.queue.counts().total()).isZero();
        }
    }

    @Test
    void doesNotTakeContentThatDripsForEver() throws Exception {
        var limits = ServerKit.impatient(Duration.ofMinutes(1), Duration.ofMinutes(1), SHORT);
        try (var impatient = new ServerKit(directory.resolve("impatient"), limits, Optional.empty());
                var talk = impatient.connect().greet().envelope()) {
            talk.ask("DATA");
            talk.send("a: b\r\n\r\n");
            assertThat(talk.reply()).startsWith("421 4.4.2");
            assertThat(impatient.queue.counts().total()).isZero();
        }
    }
}
