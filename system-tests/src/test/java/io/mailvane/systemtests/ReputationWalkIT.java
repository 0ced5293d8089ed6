package io.mailvane.systemtests;

import static io.mailvane.systemtests.Browser.awaitText;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The walk of the README, to the letter: a blacklist names an address of ours, its mail takes the smarthost, and it comes back
 * by the ramp. Its ports are fixed: where one is taken, it is skipped by its name. One pair serves all: each test begins and ends with
 * every address clean.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ResourceLock(SamplePair.LOCK)
@Order(4)
class ReputationWalkIT {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    private static final List<String> NODES = List.of("http://127.0.0.1:8025", "http://127.0.0.1:8026");
    private static final String SEND = "./mailvane send --to 127.0.0.1:2525 me@shop.example you@elsewhere.example";
    private static final String LIST = "./mailvane sandbox list 203.0.113.11";
    private static final String EXPLAIN = "./mailvane route explain me@shop.example you@elsewhere.example";
    /** What a page says of the list and of the address of either node. */
    private static final String CLEAN = "test weight 100 ✓ clean ✓ clean ✓ works";

    private static final String DELIST = "./mailvane sandbox delist 203.0.113.11";

    @TempDir
    static Path directory;

    private SamplePair pair;
    private Maildir direct;
    private Maildir relayed;

    @BeforeAll
    static void theReadmeHasTheSameLines() throws IOException {
        var readme = Files.readString(Path.of("../README.md"));
        assertThat(readme.lines()
                        .filter(line -> line.startsWith("./mailvane "))
                        .map(line -> line.replaceFirst(" +#.*", "")))
                .containsSubsequence(SEND, LIST, SEND, EXPLAIN, DELIST);
    }

    @BeforeAll
    void start() throws Exception {
        var installed = Installation.in(directory.resolve("installed"));
        var world = installed.home().resolve("var/sandbox");
        direct = new Maildir(world.resolve("mx/elsewhere.example/you/new"));
        relayed = new Maildir(world.resolve("smarthost/elsewhere.example/you/new"));
        pair = SamplePair.start(installed);
    }

    @AfterAll
    void stop() {
        if (pair != null) {
            pair.close();
        }
    }

    /** The one test may leave a list behind that has just begun to work again. */
    @BeforeEach
    void awaitThatAllIsClean() {
        awaitState("ACTIVE");
        awaitOnBothPages("zone-a: 1 of 1 address healthy", CLEAN);
    }

    @Test
    void aListedAddressLosesItsMailToTheSmarthostAndWinsItBack() throws Exception {
        int before = direct.messages().size();
        int relayedBefore = relayed.messages().size();
        run(SEND);
        await().atMost(DEADLINE).until(() -> direct.messages().size() == before + 1);
        assertThat(direct.messages())
                .anyMatch(mail -> mail.startsWith("Return-Path: <me@shop.example>\r\n"
                        + "Received: from out1.example ([127.0.0.11]) (seen as 203.0.113.11)\r\n"));

        try (var browser = Browser.start();
                var page = browser.page()) {
            page.navigate(NODES.getLast() + "/reputation");
            page.evaluate("window.stays = 'the same page'");
            awaitText(page, "zone-a: 1 of 1 address healthy");
            assertThat(page.innerText("body")).doesNotContain("LISTED");

            run(LIST);

            awaitText(page, "LISTED", "Mail leaves by sample-smarthost.");
            assertThat(page.evaluate("window.stays")).isEqualTo("the same page");
        }
        awaitOnBothPages(
                "203.0.113.11 listed on test for ",
                "203.0.113.11 QUARANTINED listed on test",
                "● LISTED",
                "zone-a Mail leaves by sample-smarthost .");

        run(SEND);
        await().atMost(DEADLINE).until(() -> relayed.messages().size() == relayedBefore + 1);
        assertThat(direct.messages()).hasSize(before + 1);
        assertThat(run(EXPLAIN)).isEqualTo("""
                send by sample-smarthost, provider elsewhere.example
                  eligible     sample-smarthost, smarthost, T2
                    the first smarthost
                  not eligible a1, source, T4
                    QUARANTINED: listed on test
                """);

        run(DELIST);
        awaitOnBothPages("203.0.113.11 RECOVERING comes back by the ramp, step ", " of 6: may carry ");
        awaitState("ACTIVE");
        run(SEND);
        await().atMost(DEADLINE).until(() -> direct.messages().size() == before + 2);
        assertThat(relayed.messages()).hasSize(relayedBefore + 1);
        assertThat(states())
                .containsSubsequence("ACTIVE -> QUARANTINED", "QUARANTINED -> RECOVERING", "RECOVERING -> ACTIVE");
    }

    private void awaitOnBothPages(String... words) {
        for (var node : NODES) {
            await().atMost(DEADLINE)
                    .untilAsserted(() ->
                            assertThat(words(pair.read(node + "/reputation"))).contains(words));
        }
    }

    @Test
    void aListThatGoesWildMovesNothing() throws Exception {
        var states = states();
        int before = direct.messages().size();
        run("./mailvane sandbox answer bl.test wildcard");
        awaitOnBothPages("✕ list broken");
        run(SEND);
        await().atMost(DEADLINE).until(() -> direct.messages().size() == before + 1);
        assertThat(states()).isEqualTo(states);

        run("./mailvane sandbox answer bl.test normal");
        awaitOnBothPages(CLEAN);
        assertThat(states()).isEqualTo(states);
    }

    /** Both nodes tell of the address, whoever it belongs to. */
    private void awaitState(String state) {
        for (var node : NODES) {
            await().atMost(DEADLINE).until(() -> state(node).equals(state));
        }
    }

    private String state(String node) throws IOException, InterruptedException {
        for (var address : pair.json(node + "/api/v1/reputation").path("addresses")) {
            if (address.path("public").asText().equals("203.0.113.11")) {
                return address.path("state").asText();
            }
        }
        return "not told of";
    }

    /** Of the address, in the order in which they changed. */
    private List<String> states() throws Exception {
        var history = run("./mailvane dnsbl history --kind address --ip 203.0.113.11");
        return history.lines()
                .map(line -> line.replaceFirst(".*?([A-Z]+ -> [A-Z]+).*", "$1"))
                .toList()
                .reversed();
    }

    private String run(String line) throws IOException, InterruptedException {
        return Programs.output(pair.installed().home(), line);
    }

    /** What a reader without JavaScript has before him. */
    private static String words(String html) {
        return html.replaceAll("(?s)<(script|style).*?</\\1>|<[^>]*>", " ").replaceAll("\\s+", " ");
    }
}
