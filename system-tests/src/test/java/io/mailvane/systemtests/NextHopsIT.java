package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail comes out at servers of other makes as it went in, behind our trace field. */
class NextHopsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String MESSAGE = "From: <me@example.org>\r\nTo: <you@shop.example>\r\n"
            + "Date: Wed, 25 Nov 2026 08:00:00 +0000\r\nMessage-ID: <odd@example.org>\r\n"
            + "Subject: =?iso-8859-1?Q?gr=FC=DFe?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
            + "Content-Transfer-Encoding: 8bit\r\nX-Empty:\r\nX-Folded: one\r\n\ttwo \r\n\r\n"
            + ".a leading dot\r\n..two\r\n.\r\n\r\numlaut \u00e4\r\n" + "y".repeat(998) + "\r\n trailing \t\r\n";

    @TempDir
    Path directory;

    /** Sends a message to a node that relays to the port; runs {@code arrival} while the node lives. */
    private void relay(int port, Arrival arrival) throws Exception {
        relay(port, " BODY=8BITMIME", MESSAGE, arrival);
    }

    private void relay(int port, String parameter, String message, Arrival arrival) throws Exception {
        NodeFile.write(directory, NodeFile.toHost("shop.example", port));
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.ask("MAIL FROM:<me@example.org>" + parameter);
            talk.ask("RCPT TO:<you@shop.example>");
            var qid = SmtpTalk.queueId(talk.data(message));

            arrival.check(qid);

            await().atMost(DEADLINE).until(() -> node.message(qid).path("state").asText(), "settled"::equals);
            assertThat(node.message(qid)
                            .path("recipients")
                            .path(0)
                            .path("state")
                            .asText())
                    .isEqualTo("relayed");
        }
    }

    private interface Arrival {
        void check(String qid) throws Exception;
    }

    @Test
    void smtpSinkGetsItOctetForOctet() throws Exception {
        try (var sink = SmtpSink.keeping(directory)) {
            relay(sink.port(), qid -> {
                // It writes the file while it reads, and ends it with a line of its own.
                var kept = MESSAGE.replace("\r\n", "\n") + "\n";
                await().atMost(DEADLINE).until(() -> sink.messages().stream().anyMatch(text -> text.endsWith(kept)));
                assertThat(sink.messages().getFirst())
                        .contains(
                                "X-Mail-Args: <me@example.org> BODY=8BITMIME",
                                " id " + qid + "\n\tfor <you@shop.example>");
            });
        }
    }

    @Test
    void greenMailGetsItOctetForOctet() throws Exception {
        var server = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            // It does not offer 8BITMIME, and nothing is converted for it.
            var sevenBit = MESSAGE.replace("\u00e4", "ae");
            relay(server.getSmtp().getPort(), "", sevenBit, qid -> {
                assertThat(server.waitForIncomingEmail(DEADLINE.toMillis(), 1)).isTrue();
                var whole = new ByteArrayOutputStream();
                server.getReceivedMessages()[0].writeTo(whole);
                assertThat(whole.toString(StandardCharsets.ISO_8859_1))
                        .contains(qid)
                        // GreenMail forgets the last line end.
                        .endsWith(sevenBit.substring(0, sevenBit.length() - 2));
            });
        } finally {
            server.stop();
        }
    }

    @Test
    void postfixGetsItOctetForOctet() throws Exception {
        try (var postfix = PostfixServer.start("shop.example")) {
            relay(postfix.port(), qid -> {
                await().atMost(DEADLINE)
                        .until(() -> postfix.maildir().messages().size() == 1);
                assertThat(postfix.maildir().messages().getFirst())
                        .startsWith("Return-Path: <me@example.org>\n")
                        .contains("\tby mx-a.example with ESMTP id " + qid)
                        .endsWith(MESSAGE.replace("\r\n", "\n"));
                await().atMost(DEADLINE).until(() -> postfix.log().contains("status=sent (delivered to maildir)"));
            });
        }
    }

    @Test
    void aMaildirGetsItWithLineFeeds() throws Exception {
        NodeFile.maildir(directory);
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.envelope("me@example.org", "you@shop.example");
            var qid = SmtpTalk.queueId(talk.data(MESSAGE));

            var arrived = Maildir.of(directory, "shop.example", "you");
            await().atMost(DEADLINE).until(() -> arrived.messages().size() == 1);
            assertThat(arrived.messages().getFirst())
                    .matches("(?s)Return-Path: <me@example\\.org>\n"
                            + "Received: from client\\.example \\(\\[127\\.0\\.0\\.1]\\)\n"
                            + "\tby mx-a\\.example with ESMTP id " + qid + "\n\tfor <you@shop\\.example>;\n"
                            + "\t\\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000\nFrom: .*")
                    .endsWith(MESSAGE.replace("\r\n", "\n"));
        }
    }
}
