package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands of the contract as processes: how they end, and what they do to a node. What each prints is tested where it is made. */
class CommandsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String CONTENT = "Subject: exported\r\n\r\n.dot\r\n";

    @TempDir
    static Path directory;

    private static NodeProcess node;
    private static String kept;

    @BeforeAll
    static void start() throws Exception {
        NodeFile.keeping(directory);
        node = NodeProcess.start(directory);
        try (var talk = node.connect()) {
            talk.envelope("me@example.org", "you@shop.example", "other@shop.example");
            kept = SmtpTalk.queueId(talk.data(CONTENT));
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private static String filled(String line) throws Exception {
        return line.replace("QID", kept)
                .replace("SMTP", "127.0.0.1:" + node.smtpPort())
                .replace("URL", node.url())
                .replace("NODE", directory.resolve("node.toml").toString())
                .replace("TOKEN", node.tokenFile().toString());
    }

    private static NodeProcess.Ended run(String line) throws Exception {
        return NodeProcess.run(directory, filled(line).split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0  | check --config NODE
        0  | queue counts --url URL
        1  | queue show 0000000000000000 --url URL
        2  | nonsense
        3  | queue counts --url http://127.0.0.1:9
        78 | check --config absent.toml
        """)
    void endsWithTheStatusOfTheContract(int status, String line) throws Exception {
        var ended = run(line);

        assertThat(ended.status()).as(ended.errors()).isEqualTo(status);
        if (status == 0) {
            assertThat(ended.output()).isNotEmpty();
        } else {
            assertThat(ended.output() + ended.errors()).isNotEmpty().doesNotContain("\tat ", "  at io.mailvane");
        }
    }

    @Test
    void countsAreThoseOfRestButForTheMomentOfAsking() throws Exception {
        var printed = json(run("queue counts --json --url URL").output());
        var answered = json(node.response("/api/v1/queue/counts").body());

        assertThat(printed.remove("asOf").asText())
                .isLessThanOrEqualTo(answered.remove("asOf").asText());
        assertThat(printed).isEqualTo(answered);
        assertThat(printed.fieldNames()).toIterable().containsExactly("node", "messages", "recipients", "oldest");
    }

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }

    @Test
    void exportsAMessageAsItWouldBeSent() throws Exception {
        var exported = run("queue export QID --config NODE");

        assertThat(exported.status()).isZero();
        assertThat(exported.output())
                .startsWith("Received: from client.example ")
                .endsWith(CONTENT);
    }

    @Test
    void movesAMessageThroughItsStates() throws Exception {
        try (var talk = node.connect()) {
            talk.envelope("me@example.org", "states@shop.example");
            var qid = SmtpTalk.queueId(talk.data(CONTENT));

            assertThat(node.command("queue", "hold", "--recipient", "states@shop.example", "--json")
                            .output())
                    .isEqualTo("{\"matched\":1,\"changed\":1}\n");
            assertThat(node.message(qid).path("state").asText()).isEqualTo("held");
            assertThat(node.command("queue", "delete", "--state", "held", "--dry-run", "--json")
                            .output())
                    .isEqualTo("{\"matched\":1,\"changed\":0}\n");
            assertThat(node.command("queue", "release", qid).output()).isEqualTo("1 matched, 1 changed\n");
            assertThat(node.message(qid).path("state").asText()).isEqualTo("active");
            assertThat(node.command("queue", "bounce", qid).output()).isEqualTo("1 matched, 1 changed\n");
            await().atMost(DEADLINE).until(() -> node.message(qid).path("state").asText(), "settled"::equals);
            assertThat(node.message(qid)
                            .path("recipients")
                            .path(0)
                            .path("state")
                            .asText())
                    .isEqualTo("failed");
        }
    }

    @Test
    void sendsAFileAndPrintsEachReply() throws Exception {
        Files.writeString(directory.resolve("mail.eml"), CONTENT);
        var file = directory.resolve("mail.eml").toString();

        var sent = NodeProcess.run(
                directory,
                filled("send --to SMTP --json <> you@shop.example --file " + file)
                        .split(" "));
        var printed = json(sent.output());

        assertThat(printed.path("recipients").path(0).path("reply").asText()).startsWith("250 ");
        var qid = SmtpTalk.queueId(printed.path("reply").asText());
        assertThat(run("queue export " + qid + " --config NODE").output()).endsWith(CONTENT);
        assertThat(node.message(qid).path("from").asText()).isEqualTo("<>");
    }

    @Test
    void whoHasNoTokenMayReadAndNotOperate() throws Exception {
        assertThat(run("queue list --url URL").status()).isZero();

        var refused = run("queue delete QID --url URL");

        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errors()).contains("token");
        assertThat(node.message(kept).path("state").asText()).isEqualTo("active");
    }

    @Test
    void drainsByCommand() throws Exception {
        var own = Files.createDirectory(directory.resolve("drained"));
        NodeFile.maildir(own);
        try (var draining = NodeProcess.start(own)) {
            var told = draining.command("node", "drain");

            assertThat(told)
                    .isEqualTo(new NodeProcess.Ended(
                            0,
                            "draining: the process ends when what is under way is done, after node.drain at the latest\n",
                            ""));
            assertThat(draining.exitStatus()).isZero();
            assertThat(own.resolve("data/run/node.json")).doesNotExist();
        }
    }
}
