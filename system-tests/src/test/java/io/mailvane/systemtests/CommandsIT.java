package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the contract: how each ends, and that what it prints as JSON is the answer of REST. */
@Order(3)
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
    @ValueSource(
            strings = {
                "",
                "up",
                "run",
                "check",
                "send",
                "queue",
                "queue counts",
                "queue list",
                "queue show",
                "queue hold",
                "queue release",
                "queue retry",
                "queue reroute",
                "queue bounce",
                "queue delete",
                "queue export",
                "route",
                "route explain",
                "node",
                "node status",
                "node drain",
                "node reload"
            })
    void explainsItself(String command) throws Exception {
        var help = run((command + " --help").strip());

        assertThat(help.status()).isZero();
        assertThat(help.output()).startsWith(("Usage: mailvane " + command).strip());
        assertThat(help.errors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0  | check --config NODE
        0  | queue counts --url URL
        0  | queue list --config NODE
        0  | queue show QID --url URL
        0  | node status --config NODE
        0  | route explain me@example.org you@shop.example --url URL
        0  | send --to SMTP me@example.org you@shop.example
        1  | send --to SMTP me@example.org you@elsewhere.example
        1  | queue show 0000000000000000 --url URL
        1  | queue show nonsense --url URL
        1  | queue list --state nonsense --url URL
        1  | queue hold QID --url URL
        1  | queue hold 0000000000000000 --config NODE
        1  | queue export 0000000000000000 --config NODE
        2  | nonsense
        2  | queue
        2  | queue nonsense
        2  | queue show
        2  | queue hold --config NODE
        2  | queue list --limit many --url URL
        2  | run
        2  | check
        2  | send --to SMTP
        2  | send --to SMTP not/a\\mailbox@ you@shop.example
        2  | send --to SMTP me@example.org you@shop.example --file absent.eml
        3  | queue counts --url http://127.0.0.1:9
        3  | node status --url http://127.0.0.1:9
        3  | send --to 127.0.0.1:9 me@example.org you@shop.example
        78 | check --config absent.toml
        78 | run --config absent.toml
        78 | queue counts --config absent.toml
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        queue list --state active                            | /api/v1/queue?state=active
        queue list --recipient other@shop.example --limit 1  | /api/v1/queue?recipient=other@shop.example&limit=1
        queue show QID                                       | /api/v1/queue/QID
        route explain me@example.org you@shop.example        | /api/v1/route/explain?from=me@example.org&to=you@shop.example
        node status                                          | /api/v1/node
        """)
    void printsTheAnswerOfRestAsJson(String command, String path) throws Exception {
        var printed = json(run(command + " --json --url URL").output());

        assertThat(still(printed)).isEqualTo(still(node.get(filled(path))));
    }

    /** Without what another moment has otherwise: how long a lease holds, what is free on the volume. */
    private static JsonNode still(JsonNode answer) {
        for (var moving : List.of("lease", "freeOctets", "freeInodes", "forceSeconds")) {
            answer.findParents(moving).forEach(parent -> ((ObjectNode) parent).remove(moving));
        }
        return answer;
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
