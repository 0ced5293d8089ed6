package io.mailvane.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Mailbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptIT {
    private static final String ENVELOPE = "MAIL FROM:<me@example.org>\r\nRCPT TO:<you@shop.example>\r\n";

    @TempDir
    Path directory;

    private ServerKit kit;

    @BeforeEach
    void start() throws IOException {
        kit = new ServerKit(directory);
    }

    @AfterEach
    void stop() throws IOException {
        kit.close();
    }

    @Test
    void offersWhatItDoes() throws Exception {
        try (var talk = kit.connect()) {
            assertThat(talk.reply()).isEqualTo("220 mx.test ESMTP Mailvane");
            assertThat(talk.send("EHLO client.example\r\n").wholeReply())
                    .isEqualTo("250-mx.test|250-PIPELINING|250-ENHANCEDSTATUSCODES|250-8BITMIME|250-SIZE 52428800"
                            + "|250-CHUNKING|250-SMTPUTF8|250 DSN");
            assertThat(talk.ask("HELO client.example")).isEqualTo("250 mx.test");
        }
    }

    @Test
    void takesPipelinedMailAndKeepsItByteForByte() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.send(ENVELOPE + "DATA\r\n");
            assertThat(talk.reply()).startsWith("250 2.1.0");
            assertThat(talk.reply()).startsWith("250 2.1.5");
            assertThat(talk.reply()).startsWith("354");
            var accepted =
                    talk.send("Subject: x\r\n\r\n..dot\r\n.. \r\nend\r\n.\r\n").reply();

            var due = kit.take().orElseThrow();
            assertThat(accepted).isEqualTo("250 2.0.0 Ok: queued as " + due.id());
            assertThat(kit.contentBehindTrace(due.id())).isEqualTo("Subject: x\r\n\r\n.dot\r\n. \r\nend\r\n");
        }
    }

    @Test
    void takesTheEndOfDataWhereverThePiecesBreak() throws Exception {
        var content = "a: b\r\n\r\n..x\r\n\r\n.\r\n";
        try (var talk = kit.connect().greet()) {
            for (int cut = 1; cut < content.length(); cut++) {
                talk.send(ENVELOPE + "DATA\r\n");
                talk.reply();
                talk.reply();
                talk.reply();
                talk.send(content.substring(0, cut));
                talk.send(content.substring(cut));
                assertThat(talk.reply()).startsWith("250 2.0.0");
                var due = kit.take().orElseThrow();
                assertThat(kit.contentBehindTrace(due.id())).isEqualTo("a: b\r\n\r\n.x\r\n\r\n");
            }
        }
    }

    @Test
    void takesChunks() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.send(ENVELOPE + "BDAT 6\r\na: b\r\nBDAT 3 LAST\r\n\r\n.");
            talk.reply();
            talk.reply();
            assertThat(talk.reply()).startsWith("250 2.0.0");
            assertThat(talk.reply()).startsWith("250 2.0.0 Ok: queued as");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id())).isEqualTo("a: b\r\n\r\n.");
        }
    }

    @Test
    void elidesWhatClaimsToBeOurs() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.send(ENVELOPE + "DATA\r\n");
            talk.reply();
            talk.reply();
            talk.reply();
            talk.send(
                    "X-Mailvane-Scan: clean,\r\n\tvery\r\nAuthentication-Results: MX.test (x);\r\n spf=pass\r\n"
                            + "Authentication-Results: other.test; spf=fail\r\nSubject: x\r\n\r\nX-Mailvane-Scan: body\r\n.\r\n");
            assertThat(talk.reply()).startsWith("250");
            assertThat(kit.contentBehindTrace(kit.take().orElseThrow().id()))
                    .isEqualTo("Authentication-Results: other.test; spf=fail\r\nSubject: x\r\n\r\n"
                            + "X-Mailvane-Scan: body\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx.test; spf=pass",
                " MX.TEST ; spf=pass",
                "mx.test 1; spf=pass",
                "\r\n mx.test; spf=pass",
                "\"mx.test\"; spf=pass",
                "\"mx.\\test\"; spf=pass",
                "\"\\m\\x.test\"; none",
                "(c) mx.test; spf=pass",
                "(a \\) c) mx.test; dkim=pass",
                "(c (nested\\)) x) mx.test; spf=pass",
                "(a\\\\) mx.test; spf=pass",
                "mx.test(c); spf=pass",
                "\"mx\".test; spf=pass",
            })
    void elidesResultsInOurNameHoweverItIsWritten(String results) throws Exception {
        assertThat(left("Authentication-Results:" + results + "\r\nSubject: x\r\n\r\n"))
                .isEqualTo("Subject: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"other.test; spf=pass (mx.test)", "(mx.test) other.test; none", "mx.test.other; none", "", "("})
    void leavesTheResultsOfOthers(String results) throws Exception {
        var content = "Authentication-Results:" + results + "\r\nSubject: x\r\n\r\n";
        assertThat(left(content)).isEqualTo(content);
    }

    /** Otherwise a stranger writes on in our own field. */
    @ParameterizedTest
    @ValueSource(strings = {" by forged; evil\r\nSubject: x\r\n\r\nb\r\n", "\tx\r\n", " \r\n\r\n"})
    void endsItsOwnFieldsBeforeContentThatWouldGoOnWithThem(String content) throws Exception {
        assertThat(left(content)).isEqualTo("\r\n" + content);
    }

    private String left(String content) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.envelope().ask("DATA");
            assertThat(talk.ask(content + ".")).startsWith("250");
            return kit.contentBehindTrace(kit.take().orElseThrow().id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster@mx.test", "PostMaster@MX.Test"})
    void takesItsOwnHostsPostmasterForThePostmaster(String recipient) throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:<" + recipient + ">")).startsWith("250");
            talk.ask("DATA");
            assertThat(talk.ask("x: y\r\n\r\n.")).startsWith("250");
            assertThat(kit.take().orElseThrow().envelope().recipients())
                    .extracting(r -> r.mailbox().toString())
                    .containsExactly("postmaster@shop.example");
        }
    }

    @Test
    void takesMailForTheBarePostmaster() throws Exception {
        try (var talk = kit.connect().greet()) {
            talk.ask("MAIL FROM:<>");
            assertThat(talk.ask("RCPT TO:<Postmaster>")).startsWith("250");
            talk.ask("DATA");
            assertThat(talk.ask("x: y\r\n\r\n.")).startsWith("250");
            assertThat(kit.take()
                            .orElseThrow()
                            .envelope()
                            .recipients()
                            .getFirst()
                            .mailbox())
                    .isEqualTo(Mailbox.parse("postmaster@shop.example"));
        }
    }

    @Test
    void answersATemporaryFailureWhileItIsClosed() throws Exception {
        kit.closedReason.set(Optional.of("no space"));
        try (var talk = kit.connect().greet()) {
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("452 4.3.1");
            kit.closedReason.set(Optional.empty());
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("250");
        }
    }

    @Test
    void finishesTheTransactionAndGreetsNobodyElseWhileDraining() throws Exception {
        try (var busy = kit.connect().greet();
                var idle = kit.connect().greet()) {
            busy.ask("MAIL FROM:<me@example.org>");
            busy.ask("RCPT TO:<you@shop.example>");
            busy.ask("DATA");
            var drain = Thread.ofVirtual().start(() -> {
                try {
                    kit.server.drain(Duration.ofSeconds(10));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(idle.reply()).startsWith("421");
            try (var late = kit.connect()) {
                assertThat(late.reply()).startsWith("421");
            }
            assertThat(busy.ask("x: y\r\n\r\n.")).startsWith("250");
            assertThat(busy.reply()).startsWith("421");
            assertThat(busy.reply()).isEmpty();
            assertThat(drain.join(Duration.ofSeconds(10))).isTrue();
        }
    }
}
