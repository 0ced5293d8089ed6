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
    void takesAnAddressOutAndPutsItBack() throws Exception {
        await(0);
        var waits = "Nothing leaves by an address of this node any more: new mail waits, for there is no smarthost.\n";
        assertThat(run("dnsbl", "drain", "a1", "--reason", "a new PTR", "--for", "2h"))
                .isEqualTo(new Ended(0, "draining until TIME\n" + waits, ""));
        awaitState("DISABLED");
        assertThat(run("dnsbl", "status").out())
                .contains(
                        "Nothing leaves by an address of ours, 1 disabled by the operator",
                        "DISABLED     score 0, a1 on zone-a since TIME: by the operator (eva): a new PTR, until TIME\n");
        assertThat(run("dnsbl", "status", "--json").out())
                .as("the alarm of a node without a way out")
                .contains("no way out is open for it: a1 DISABLED: by the operator (eva): a new PTR, until TIME");
        assertThat(run("dnsbl", "check").out()).isEqualTo("CLEAN: 203.0.113.11 is DISABLED | score=0\n");
        assertThat(run("dnsbl", "disable", "203.0.113.11")).isEqualTo(new Ended(0, "disabled\n" + waits, ""));
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> run("dnsbl", "disable", "a1").out().equals("was disabled already\n" + waits));
        write(NodeText.watching(lists).replace("flap-suppress = 1000000", "flap-suppress = 999999"));
        assertThat(node.reload()).isEmpty();
        assertThat(run("dnsbl", "enable", "a1").out()).as("after a reload").isEqualTo("enabled\n");
        awaitState("ACTIVE");
        assertThat(run("dnsbl", "enable", "a1").out()).isEqualTo("was enabled already\n");
        assertThat(run("dnsbl", "history", "--kind", "address")
                        .out()
                        .lines()
                        .toList()
                        .reversed())
                .map(line -> line.replaceFirst("TIME  203.0.113.11 a1  ", ""))
                .contains(
                        "ACTIVE -> DRAINING  by the operator (eva): a new PTR, until TIME",
                        "DRAINING -> DISABLED  nothing is under way by it any more;"
                                + " by the operator (eva): a new PTR, until TIME",
                        "DISABLED -> DISABLED  by the operator (eva): a new PTR",
                        "DISABLED -> RECOVERING  enabled by the operator (eva); comes back by the ramp, step 1 of 2");
    }

    @Test
    void retiresAnAddressForGood() throws Exception {
        await(0);
        assertThat(run("dnsbl", "retire", "a1", "--for", "1h").status()).isEqualTo(2);
        assertThat(run("dnsbl", "drain", "a2").status()).isEqualTo(1);
        assertThat(run("dnsbl", "retire", "a1", "--reason", "given back").out())
                .startsWith("retired\n")
                .contains("give the source another name in the configuration, and reload");
        awaitState("RETIRED");
        assertThat(run("dnsbl", "enable", "a1")).satisfies(refused -> {
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).startsWith("mailvane: a1 is retired for good.");
        });
        assertThat(run("dnsbl", "check")).isEqualTo(new Ended(3, "UNKNOWN: nothing is monitored\n", ""));
        assertThat(run("dnsbl", "check", "203.0.113.11").out())
                .isEqualTo("UNKNOWN: 203.0.113.11 is RETIRED: by the operator (eva): given back | score=0\n");
        assertThat(run("dnsbl", "mute", "203.0.113.11", "test", "--for", "1h", "--reason", "x")
                        .status())
                .as("nobody asks")
                .isEqualTo(1);
        write(NodeText.watching(lists).replace("\"a1\"", "\"a1-again\""));
        assertThat(node.reload()).isEmpty();
        awaitState("ACTIVE");
    }

    private void awaitState(String state) {
        Awaitility.await()
                .atMost(DEADLINE)
                .until(() -> run("dnsbl", "status").out().contains(" " + state + " "));
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
