package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged node from its start to its end, as those see it who run it. */
class NodeLifeIT {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @BeforeEach
    void configure() throws IOException {
        NodeFile.maildir(directory);
    }

    @Test
    void announcesItselfAndWithdrawsAtSigterm() throws Exception {
        try (var node = NodeProcess.start(directory)) {
            assertThat(node.output().strip())
                    .isEqualTo("READY node=zone-a smtp=127.0.0.1:" + node.smtpPort() + " http="
                            + node.announced().path("http").asText());
            assertThat(node.announced().path("contract").asInt()).isEqualTo(1);
            assertThat(node.announced().path("pid").asLong()).isEqualTo(node.pid());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(node.tokenFile())))
                    .isEqualTo("rw-------");
            assertThat(node.response("/readyz").statusCode()).isEqualTo(200);

            assertThat(node.terminate()).isZero();

            assertThat(directory.resolve("data/run/node.json")).doesNotExist();
        }
    }

    @Test
    void finishesATransactionThatRunsWhenItIsDrained() throws Exception {
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.ask("MAIL FROM:<me@example.org>");
            talk.ask("RCPT TO:<you@shop.example>");
            assertThat(talk.ask("DATA")).startsWith("354");
            int port = node.smtpPort();

            node.signal("TERM");

            await().atMost(DEADLINE)
                    .until(() -> new SmtpTalk.Greeting(port).text().startsWith("421 "));
            assertThat(talk.ask("Subject: late\r\n\r\nStill taken\r\n.")).startsWith("250 2.0.0 Ok: queued as ");
            assertThat(node.terminate()).isZero();
        }
        try (var again = NodeProcess.start(directory)) {
            var arrived = Maildir.of(directory, "shop.example", "you");
            await().atMost(DEADLINE).until(() -> arrived.messages().size() == 1);
            assertThat(again.errors()).doesNotContain("level=error");
        }
    }

    @Test
    void refusesASecondProcessOnTheSameData() throws Exception {
        try (var node = NodeProcess.start(directory)) {
            var second = NodeProcess.run(
                    directory, "run", "--config", directory.resolve("node.toml").toString());

            assertThat(second.status()).isEqualTo(1);
            assertThat(second.errors()).contains("process " + node.pid());
        }
    }

    @Test
    void endsAtOnceWhenItIsToldWhileItWaitsForAFormerOwner() throws Exception {
        NodeFile.write(directory, NodeFile.toMaildir("shop.example"), "[queue]\nlease-term = \"5m\"\n");
        NodeProcess.start(directory).kill();
        var lease = directory.resolve("data/volume/zone-a/lease");
        var claim = lease.resolve("e00000001.claim");
        // As one of another machine left it, of which nobody can say whether it ended.
        Files.writeString(claim, Files.readString(claim).replaceAll(" machine=\\S+", " machine=elsewhere"));
        try (var node = NodeProcess.begin(directory)) {
            await().atMost(DEADLINE).until(() -> node.errors().contains("event=lease state=awaited partition=zone-a"));

            assertThat(node.terminate()).isZero();

            assertThat(node.output()).isEmpty();
            assertThat(lease).isDirectoryNotContaining("glob:**e00000002.*");
        }
    }

    @Test
    void namesEveryProblemOfAConfigurationWithItsLine() throws Exception {
        NodeFile.write(directory, """
                [queue]
                retry = ["5 minutes"]
                [relay]
                netwroks = ["127.0.0.0/8"]
                [[relay-domain]]
                domain = "shop.example"
                transport = "nowhere"
                """);
        var file = directory.resolve("node.toml").toString();

        var check = NodeProcess.run(directory, "check", "--config", file);

        assertThat(check.status()).isEqualTo(78);
        assertThat(check.errors().lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith(file + ":16: queue.retry = [\"5 minutes\"]: ")
                        .contains("duration"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(file + ":18: relay.netwroks = [\"127.0.0.0/8\"]: unknown key")
                        .contains("did you mean networks?"))
                .contains(
                        file + ":21: relay-domain.shop.example.transport = \"nowhere\": no transport is named nowhere");
        assertThat(NodeProcess.run(directory, "run", "--config", file).errors()).isEqualTo(check.errors());
    }

    @Test
    void aMissingConfigurationIsAProblemOfIt() throws Exception {
        var check = NodeProcess.run(directory, "check", "--config", "absent.toml");

        assertThat(check.status()).isEqualTo(78);
        assertThat(check.errors()).isEqualTo("absent.toml:1: there is no such file\n");
    }

    @Test
    void reloadsAllOrNothing() throws Exception {
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.ask("MAIL FROM:<me@example.org>");
            assertThat(talk.ask("RCPT TO:<you@new.example>")).startsWith("550 ");

            var good = Files.readString(directory.resolve("node.toml"));
            Files.writeString(
                    directory.resolve("node.toml"),
                    good + "\n[[relay-domain]]\ndomain = \"new.example\"\ntransprt = \"shop\"\n");
            var refused = node.command("node", "reload");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.errors()).contains("relay-domain.new.example.transprt", "did you mean transport?");
            assertThat(talk.ask("RCPT TO:<you@new.example>")).startsWith("550 ");

            Files.writeString(
                    directory.resolve("node.toml"),
                    good + "\n[[relay-domain]]\ndomain = \"new.example\"\ntransport = \"shop\"\n");
            node.signal("HUP");

            await().atMost(DEADLINE).until(() -> takes(node, "you@new.example"));
        }
    }

    /** Asked in a session of its own: one that is refused too often is ended. */
    private static boolean takes(NodeProcess node, String recipient) throws IOException {
        try (var talk = node.connect()) {
            return talk.envelope("me@example.org", recipient).startsWith("250 ");
        }
    }

    @Test
    void aCommandWithoutANodeSaysThatNoneAnswers() throws Exception {
        var counts = NodeProcess.run(directory, "queue", "counts", "--url", "http://127.0.0.1:9");

        assertThat(counts.status()).isEqualTo(3);
        assertThat(counts.errors()).contains("no node answers at http://127.0.0.1:9/");
    }

    @Test
    void pagesAreWholeWithoutJavaScript() throws Exception {
        try (var node = NodeProcess.start(directory)) {
            for (var path : new String[] {"/", "/queue"}) {
                var page = node.response(path);

                assertThat(page.statusCode()).isEqualTo(200);
                assertThat(page.body())
                        .contains("<html lang=\"en\">", "<title>", "zone-a")
                        .doesNotContainPattern("<script(?! src=\"/live.js\" defer></script>)");
                assertThat(page.headers().firstValue("Content-Security-Policy"))
                        .hasValueSatisfying(policy -> assertThat(policy)
                                .contains("default-src 'none'")
                                .doesNotContain("unsafe-inline"));
            }
        }
    }
}
