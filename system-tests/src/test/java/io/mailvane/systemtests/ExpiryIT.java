package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be relayed in its time is returned to its sender, with the last reason. */
class ExpiryIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void theSenderOfAnExpiredMessageHearsTheLastReason() throws Exception {
        int port = NextHop.unusedPort();
        NodeFile.write(
                directory,
                "[queue]\nretry = [\"1s\"]\nexpire = \"3s\"\n",
                NodeFile.toHost("shop.example", port),
                NodeFile.toMaildir("sender.example"));
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.envelope("me@sender.example", "you@shop.example");
            var qid = SmtpTalk.queueId(talk.data("Subject: too late\r\n\r\nHello\r\n"));

            var sender = Maildir.of(directory, "sender.example", "me");
            await().atMost(DEADLINE).until(() -> sender.messages().size() == 1);
            assertThat(sender.messages().getFirst())
                    .startsWith("Return-Path: <>\n")
                    .contains("Final-Recipient: rfc822; you@shop.example", "Action: failed", "Status: 4.4.")
                    .contains("Subject: too late");
            var recipient = node.message(qid).path("recipients").path(0);
            assertThat(recipient.path("state").asText()).isEqualTo("expired");
            assertThat(recipient.path("why").asText()).contains("no connection with 127.0.0.1[127.0.0.1]:" + port);
        }
    }
}
