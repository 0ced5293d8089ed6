package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A node asks a real blacklist, rbldnsd, through a real resolver, unbound; nothing of it leaves loopback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealBlacklistIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String ZONE = "bl.example";
    private static final String SPAM = "203.0.113.12 :127.0.0.3:Spam from $, see https://bl.example/";
    private static final String IPV6 = "2001:db8::12 :127.0.0.4:Listed: $";

    private static final String CLEAN_CELL = "203.0.113.11 CLEAN none: negative [] ''";
    private static final String LISTED_CELL = "203.0.113.12 LISTED none: positive [127.0.0.3 spam source] "
            + "'Spam from 203.0.113.12, see https://bl.example/'";
    private static final String IPV6_CELL =
            "2001:db8::12 LISTED none: positive [127.0.0.4 policy] 'Listed: 2001:db8::12'";
    private static final String WORKS = "OK pos=ok neg=ok rnd=ok by resolver";

    private static final String SETTINGS = """
            [[source]]
            name = "a1"
            local = "127.0.0.11"
            public = "203.0.113.11"
            admitted = true
            warm = true
            [[source]]
            name = "a2"
            local = "127.0.0.12"
            public = "203.0.113.12"
            admitted = true
            warm = true
            [[source]]
            name = "a3"
            local = "::1"
            public = "2001:db8::12"
            admitted = true
            warm = true
            [dnsbl]
            catalogue = "none"
            spamhaus = "off"
            interval = "1s"
            confirm-gap = "1s"
            min-listed = "1s"
            clean-over = "1s"
            timeout = "1s"
            second-timeout = "2s"
            control-interval = "2s"
            operator-rate = 100
            [[dnsbl.list]]
            id = "real"
            zone = "bl.example"
            families = ["ipv4", "ipv6"]
            weight = 100
            codes = { "127.0.0.2" = "test", "127.0.0.3" = "spam source", "127.0.0.4" = "policy" }
            [routing]
            ramp = [100]
            ramp-step = "1s"
            flap-half-life = "1s"
            """;

    @TempDir
    static Path directory;

    private Rbldnsd blacklist;
    private Unbound resolver;
    private NodeProcess node;

    @BeforeAll
    void start() throws Exception {
        Programs.need("rbldnsd");
        Programs.need("unbound");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        blacklist = Rbldnsd.start(directory.resolve("rbldnsd"), ZONE);
        resolver = Unbound.start(directory.resolve("unbound"), ZONE, blacklist.port());
        NodeFile.writeAsking(resolver.port(), directory.resolve("node"), NodeFile.toMaildir("shop.example"), SETTINGS);
        node = NodeProcess.start(directory.resolve("node"));
    }

    @AfterAll
    void stop() {
        if (node != null) {
            node.close();
        }
        if (resolver != null) {
            resolver.close();
        }
        if (blacklist != null) {
            blacklist.close();
        }
    }

    @BeforeEach
    void list() throws Exception {
        blacklist.listIpv4(SPAM);
        blacklist.listIpv6(IPV6);
        awaitCells(CLEAN_CELL, LISTED_CELL, IPV6_CELL);
    }

    @Test
    void itsCodesAndWordsAndTestEntriesAreSeen() {
        awaitAddresses("a1 ACTIVE", "a2 QUARANTINED", "a3 QUARANTINED");
        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(listHealth()).isEqualTo(WORKS);
            assertThat(listedMetrics())
                    .containsExactlyInAnyOrder("2001:db8::12 1.0", "203.0.113.11 0.0", "203.0.113.12 1.0");
        });
    }

    @Test
    void aDelistingIsNoticed() throws Exception {
        blacklist.listIpv4();
        awaitCells(CLEAN_CELL, "203.0.113.12 CLEAN none: negative [] ''", IPV6_CELL);
        awaitAddresses("a1 ACTIVE", "a2 ACTIVE", "a3 QUARANTINED");
    }

    @Test
    void aDeadServerNeitherListsNorClears() throws Exception {
        awaitAddresses("a1 ACTIVE", "a2 QUARANTINED", "a3 QUARANTINED");
        blacklist.kill();
        awaitCells(
                "203.0.113.11 CLEAN unknown: unknown SERVFAIL [] ''",
                LISTED_CELL.replace("none: positive", "unknown: unknown SERVFAIL"),
                IPV6_CELL.replace("none: positive", "unknown: unknown SERVFAIL"));
        await().atMost(DEADLINE).until(() -> listHealth().startsWith("UNKNOWN "));
        awaitAddresses("a1 ACTIVE", "a2 QUARANTINED", "a3 QUARANTINED");
        assertThat(listedMetrics()).isEmpty();

        blacklist.startAgain();
        awaitCells(CLEAN_CELL, LISTED_CELL, IPV6_CELL);
        await().atMost(DEADLINE).until(() -> listHealth().equals(WORKS));
    }

    private void awaitCells(String... lines) {
        await().atMost(DEADLINE)
                .untilAsserted(
                        () -> assertThat(told("cells", RealBlacklistIT::cell)).containsExactly(lines));
    }

    private void awaitAddresses(String... lines) {
        await().atMost(DEADLINE)
                .untilAsserted(() ->
                        assertThat(told("addresses", RealBlacklistIT::address)).containsExactly(lines));
    }

    private String listHealth() throws Exception {
        return told("lists", RealBlacklistIT::health).getFirst();
    }

    private List<String> told(String of, Function<JsonNode, String> line) throws Exception {
        var told = node.get("/api/v1/reputation").path(of);
        return StreamSupport.stream(told.spliterator(), false).map(line).toList();
    }

    private static String cell(JsonNode cell) {
        var codes = StreamSupport.stream(cell.path("codes").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        return "%s: %s [%s] '%s'"
                .formatted(
                        words(cell, "ip", "state", "overlay"),
                        words(cell, "answer", "reason"),
                        (String.join(" ", codes) + " " + words(cell, "meaning")).strip(),
                        words(cell, "txt"));
    }

    private static String address(JsonNode address) {
        return words(address, "source", "state");
    }

    private static String health(JsonNode list) {
        var controls = list.path("controls");
        return "%s pos=%s neg=%s rnd=%s by %s"
                .formatted(
                        words(list, "state"),
                        words(controls, "pos"),
                        words(controls, "neg"),
                        words(controls, "rnd"),
                        words(list, "mode"));
    }

    private static String words(JsonNode of, String... names) {
        return String.join(
                        " ",
                        Stream.of(names).map(name -> of.path(name).asText()).toList())
                .strip();
    }

    /** Address and value of the metric: what is not known is absent. */
    private List<String> listedMetrics() throws Exception {
        return node.response("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("mailvane_dnsbl_listed{"))
                .map(line -> line.replaceFirst(".*ip=\"([^\"]*)\".*} ", "$1 "))
                .toList();
    }
}
