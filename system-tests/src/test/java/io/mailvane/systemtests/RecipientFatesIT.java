package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipients of one message part company: each has its own outcome, and the sender hears what failed. */
class RecipientFatesIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private NextHop hop;
    private NodeProcess node;

    /** Knows good@, does not know unknown@, and has no time for full@. */
    private static final class Choosy implements Manners {
        @Override
        public String reply(String command) throws java.io.IOException {
            if (command.startsWith("RCPT TO:<unknown@")) {
                return "550 5.1.1 No such user here";
            }
            return command.startsWith("RCPT TO:<full@") ? "450 4.2.2 Mailbox full" : Manners.super.reply(command);
        }
    }

    @BeforeEach
    void start() throws Exception {
        hop = new NextHop(new Choosy());
        NodeFile.write(directory, NodeFile.toHost("shop.example", hop.port()), NodeFile.toMaildir("sender.example"));
        node = NodeProcess.start(directory);
    }

    @AfterEach
    void stop() {
        node.close();
        hop.close();
    }

    private String send(String from, String... to) throws Exception {
        try (var talk = node.connect()) {
            talk.envelope(from, to);
            return SmtpTalk.queueId(talk.data("Subject: fates\r\nX-Secret: no\r\n\r\nHello\r\n"));
        }
    }

    private List<String> fates(String qid) throws Exception {
        return StreamSupport.stream(node.message(qid).path("recipients").spliterator(), false)
                .map(RecipientFatesIT::fate)
                .toList();
    }

    private static String fate(JsonNode recipient) {
        return recipient.path("address").asText() + " "
                + recipient.path("state").asText();
    }

    @Test
    void oneIsRelayedOneFailsOneWaits() throws Exception {
        var qid = send("me@sender.example", "good@shop.example", "unknown@shop.example", "full@shop.example");

        await().atMost(DEADLINE)
                .until(
                        () -> fates(qid),
                        List.of(
                                "good@shop.example relayed",
                                "unknown@shop.example failed",
                                "full@shop.example deferred")::equals);
        assertThat(hop.taken())
                .singleElement()
                .satisfies(taken -> assertThat(taken.recipients()).containsExactly("good@shop.example"));
        var message = node.message(qid);
        assertThat(message.path("state").asText()).isEqualTo("deferred");
        assertThat(message.path("recipients").path(1).path("why").asText()).contains("550 5.1.1 No such user here");
        assertThat(message.path("recipients").path(2).path("why").asText()).contains("450 4.2.2 Mailbox full");
        assertThat(message.path("recipients").path(2).path("nextAttempt").asText())
                .isGreaterThan(message.path("received").asText());
    }

    @Test
    void theSenderHearsOfTheFailureAndOfNothingElse() throws Exception {
        send("me@sender.example", "good@shop.example", "unknown@shop.example", "full@shop.example");

        var sender = Maildir.of(directory, "sender.example", "me");
        await().atMost(DEADLINE).until(() -> sender.messages().size() == 1);
        assertThat(sender.messages().getFirst())
                .startsWith("Return-Path: <>\n")
                .contains("multipart/report", "report-type=delivery-status", "Reporting-MTA: dns; mx-a.example")
                .contains("Final-Recipient: rfc822; unknown@shop.example", "Action: failed", "Status: 5.1.1")
                .contains("Diagnostic-Code: smtp; 550 5.1.1 No such user here", "Subject: fates")
                .doesNotContain("Final-Recipient: rfc822; good@", "Final-Recipient: rfc822; full@");
    }

    @Test
    void nobodyIsToldOfAFailedDsn() throws Exception {
        var qid = send("", "unknown@shop.example");

        await().atMost(DEADLINE).until(() -> fates(qid), List.of("unknown@shop.example failed")::equals);
        await().atMost(DEADLINE).until(() -> node.queued() == 0);
        assertThat(node.errors().lines().filter(line -> line.contains("event=transaction")))
                .hasSize(1);
        assertThat(directory.resolve("maildir")).doesNotExist();
    }

    @Test
    void logsAnAttemptForEachRecipientWithTheFieldsOfTheContractInTheirOrder() throws Exception {
        var qid = send("me@sender.example", "good@shop.example", "full@shop.example");
        await().atMost(DEADLINE).until(() -> attempts(qid).size() == 2);

        assertThat(attempts(qid))
                .extracting(line -> line.replaceAll("=(\"(?:[^\"\\\\]|\\\\.)*\"|\\S*)", ""))
                .containsOnly("ts level event qid from to provider route tier source relay outcome code status before"
                        + " queue setup transmission reply");
        assertThat(attempts(qid).stream()
                        .map(line -> line.replaceAll(".* (outcome=\\w+ code=\\d+ status=\\S+) .*", "$1")))
                .containsExactlyInAnyOrder(
                        "outcome=relayed code=250 status=2.0.0", "outcome=deferred code=450 status=4.2.2");
    }

    private List<String> attempts(String qid) throws Exception {
        return node.errors()
                .lines()
                .filter(line -> line.contains(" event=attempt qid=" + qid + " "))
                .toList();
    }
}
