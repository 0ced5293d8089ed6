package io.mailvane.appliance.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.node.ListServer;
import io.mailvane.appliance.node.Node;
import io.mailvane.appliance.node.NodeText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, typed at a node that asks a real name server about its address. */
class DnsblCommandsIT {
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private ListServer lists;
    private Path config;
    private Node node;

    /** What a command printed, times replaced, and how it ended. */
    private record Ended(int status, String out, String err) {}

    @BeforeEach
    void start() throws Exception {
        lists = ListServer.start();
        config = write(NodeText.watching(lists));
        node = Node.start(config);
    }

    @AfterEach
    void stop() {
        node.close();
        lists.close();
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("node.toml"), text);
    }

    private Ended run(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var environment = Map.of("MAILVANE_CONFIG", config.toString(), "USER", "eva");
        int status = Program.run(Terminal.of(out, err, environment), arguments);
        return new Ended(status, steady(out), steady(err));
    }

    private static String steady(ByteArrayOutputStream text) {
        return text.toString(StandardCharsets.UTF_8).replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
    }

    private void await(int status) {
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> run("dnsbl", "check", "203.0.113.11").status() == status);
    }

    @Test
    void followsAListingFromItsBeginToItsEnd() {
        await(0);
        assertThat(run("dnsbl", "check")).isEqualTo(new Ended(0, "CLEAN: 203.0.113.11 is ACTIVE | score=0\n", ""));
        lists.list("203.0.113.11");
        await(2);
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> run("dnsbl", "status").out().contains("  test                   LISTED: listed\n"));
        lists.delist("203.0.113.11");
        await(0);
        assertThat(run("dnsbl", "history", "--kind", "cell")
                        .out()
                        .lines()
                        .toList()
                        .reversed())
                .map(line -> line.replaceFirst("TIME  ", "").replaceFirst("  test.*", ""))
                .containsSubsequence(
                        "203.0.113.11 test  NONE -> CLEAN",
                        "203.0.113.11 test  CLEAN -> SUSPECT",
                        "203.0.113.11 test  SUSPECT -> LISTED",
                        "203.0.113.11 test  LISTED -> CLEARING",
                        "203.0.113.11 test  CLEARING -> CLEAN");
    }

    @Test
    void mutesAndAsksAnew() {
        await(0);
        assertThat(run("dnsbl", "mute", "203.0.113.11", "test", "--for", "1h", "--reason", "known"))
                .isEqualTo(new Ended(0, "muted\n", ""));
        lists.list("203.0.113.11");
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> run("dnsbl", "status").out().contains("muted, last known LISTED"));
        assertThat(run("dnsbl", "check").status()).isNotEqualTo(2);
        assertThat(run("dnsbl", "unmute", "203.0.113.11", "test").out()).isEqualTo("unmuted\n");
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> !run("dnsbl", "status").out().contains("muted"));
        assertThat(run("dnsbl", "unmute", "::ffff:203.0.113.11", "test"))
                .isEqualTo(new Ended(0, "was not muted\n", "::ffff:203.0.113.11 is 203.0.113.11\n"));
        assertThat(run("dnsbl", "history", "--kind", "operator", "--ip", "::ffff:203.0.113.11")
                        .out()
                        .lines())
                .as("mute and unmute")
                .hasSize(2);
        await(2);
        assertThat(run("dnsbl", "check", "203.0.113.11", "--now").status()).isEqualTo(2);
    }

    @Test
    void tellsEachListAndRefusesWhatIsNotThere() {
        await(0);
        assertThat(run("dnsbl", "lists").out())
                .matches("test +OK +weight 100 bl.test, \\d+ of 20000 today, on zone-a\n");
        assertThat(run("dnsbl", "check", "203.0.113.99"))
                .isEqualTo(new Ended(3, "UNKNOWN: 203.0.113.99 is no address of ours\n", ""));
        assertThat(run("dnsbl", "mute", "203.0.113.11", "none", "--for", "1h", "--reason", "x"))
                .isEqualTo(new Ended(1, "", "mailvane: no address of ours is asked for on such a list\n"));
        assertThat(run("dnsbl", "mute", "203.0.113.11", "test", "--for", "soon", "--reason", "x"))
                .isEqualTo(new Ended(2, "", "mailvane: not a time such as 30m, 4h or 1d: soon\n"));
        assertThat(run("dnsbl", "check", "::ffff:203.0.113.11"))
                .isEqualTo(new Ended(
                        0, "CLEAN: 203.0.113.11 is ACTIVE | score=0\n", "::ffff:203.0.113.11 is 203.0.113.11\n"));
        assertThat(run("dnsbl", "history", "--ip", "nonsense"))
                .isEqualTo(new Ended(2, "", "mailvane: nonsense is no IPv4 or IPv6 address\n"));
        assertThat(run("dnsbl", "history", "--ip", "203.0.113.99"))
                .isEqualTo(new Ended(0, "Nothing of that is on record.\n", ""));
        assertThat(run("dnsbl").status()).isEqualTo(2);
    }

    @Test
    void goesOnWithOtherSettingsAfterAReload() throws Exception {
        await(0);
        write(NodeText.PLAIN);
        assertThat(node.reload()).isEmpty();
        assertThat(run("dnsbl", "check")).isEqualTo(new Ended(3, "UNKNOWN: nothing is monitored\n", ""));
        assertThat(run("dnsbl", "status").out()).isEqualTo("No source address is configured: nothing is monitored.\n");
        write(NodeText.watching(lists));
        assertThat(node.reload()).isEmpty();
        await(0);
    }
}
