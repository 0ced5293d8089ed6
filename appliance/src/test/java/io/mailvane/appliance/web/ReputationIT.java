package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.dnsbl.CellState;
import io.mailvane.dnsbl.HistoryEvent;
import io.mailvane.dnsbl.Overlay;
import io.mailvane.dnsbl.Reputation;
import io.mailvane.dnsbl.Verdict;
import io.mailvane.mail.SourceStanding.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What REST and pages say of our addresses on lists, of this node and of a peer that goes away. */
class ReputationIT {
    private static final Pattern TAG = Pattern.compile("<[^>]*>");
    private static final String CELLS = "/api/v1/reputation/cells/";
    private static final String ADDRESSES = "/api/v1/reputation/addresses/";

    @TempDir
    Path folder;

    private WebKit peer;
    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        peer = new WebKit(
                Files.createDirectory(folder.resolve("b")),
                List.of(),
                SampleReputation.none("zone-a", SteppedClock.START));
        web = new WebKit(Files.createDirectory(folder.resolve("a")));
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
        peer.close();
    }

    private JsonNode reputation() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(web.get("/api/v1/reputation").body());
    }

    @Test
    void tellsTheContractsFieldsOfAnAddressACellAndAList() throws Exception {
        var answer = reputation();
        assertThat(answer.path("verdict").asText()).startsWith("2 of 3 addresses healthy; 203.0.113.11 listed on ");
        assertThat(fields(answer.path("addresses").path(0), "public", "source", "node", "state", "score"))
                .isEqualTo("203.0.113.11 a1 zone-a QUARANTINED 100.0");
        assertThat(fields(
                        answer.path("cells").path(0),
                        "ip",
                        "list",
                        "state",
                        "overlay",
                        "codes",
                        "since",
                        "lastChecked"))
                .isEqualTo("203.0.113.11 spamhaus-zen LISTED none [\"127.0.0.3\"] 2026-03-01T09:50:00Z"
                        + " 2026-03-01T11:59:20Z");
        assertThat(fields(answer.path("lists").path(0), "id", "state", "controls"))
                .isEqualTo("spamhaus-zen OK {\"pos\":\"ok\",\"neg\":\"ok\",\"rnd\":\"ok\"}");
        assertThat(answer.path("nodes").toString())
                .isEqualTo("[{\"node\":\"zone-a\",\"state\":\"up\",\"asOf\":\"2026-03-01T12:00:00Z\"}]");
    }

    private static String fields(JsonNode node, String... names) {
        return String.join(
                " ",
                List.of(names).stream()
                        .map(name -> node.path(name).isTextual()
                                ? node.path(name).asText()
                                : node.path(name).toString())
                        .toList());
    }

    @Test
    void answersNotModifiedUntilSomethingChanges() throws Exception {
        var tag = web.get("/api/v1/reputation").headers().firstValue("ETag").orElseThrow();
        var again = web.send(web.request("/api/v1/reputation").header("If-None-Match", tag));
        assertThat(again.statusCode()).isEqualTo(304);
        web.reputation.reputation = changed();
        assertThat(web.send(web.request("/api/v1/reputation").header("If-None-Match", tag))
                        .statusCode())
                .isEqualTo(200);
    }

    private Reputation changed() {
        var old = web.reputation.reputation;
        var verdict = new Verdict(
                "All well",
                List.of(),
                0,
                Optional.empty(),
                Verdict.Tone.OK,
                Optional.of(old.asOf()),
                old.asOf().plusSeconds(60));
        return new Reputation(
                old.asOf().plusSeconds(1), verdict, "", old.addresses(), old.cells(), old.lists(), List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "history?subjct=203.0.113.11",
                "history?kind=cell&kind=route",
                "cells/203.0.113.11/psbl/history?kind=cell",
                "cells/203.0.113.11/psbl?x=1",
                "?x=1"
            })
    void refusesAQuestionThatItDoesNotUnderstand(String question) throws Exception {
        assertThat(web.get("/api/v1/reputation/" + question).statusCode()).isEqualTo(400);
    }

    @Test
    void takesOrdersForCellsOfItsOwn() throws Exception {
        assertThat(web.post(CELLS + "203.0.113.11/psbl/recheck", "").statusCode())
                .isEqualTo(202);
        assertThat(web.post(
                                CELLS + "203.0.113.11/psbl/mute",
                                "{\"until\":\"2026-03-02T00:00:00Z\",\"reason\":\"known\",\"who\":\"Eva\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(web.post(CELLS + "203.0.113.11/psbl/unmute", "").statusCode())
                .isEqualTo(202);
        assertThat(web.post(CELLS + "203.0.113.99/psbl/recheck", "").statusCode())
                .isEqualTo(404);
        assertThat(web.reputation.orders)
                .containsExactly(
                        "recheck 203.0.113.11 psbl",
                        "mute 203.0.113.11 psbl Mute[until=2026-03-02T00:00:00Z, reason=known, who=Eva]",
                        "unmute 203.0.113.11 psbl an operator");
    }

    @Test
    void refusesAMuteWithoutAnEndOrAReason() throws Exception {
        for (var body : List.of(
                "",
                "{}",
                "{\"until\":\"2026-03-02T00:00:00Z\"}",
                "{\"until\":\"2026-02-01T00:00:00Z\",\"reason\":\"x\"}",
                "{\"until\":\"2027-03-02T00:00:00Z\",\"reason\":\"x\"}")) {
            assertThat(web.post(CELLS + "203.0.113.11/psbl/mute", body).statusCode())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(web.reputation.orders).isEmpty();
    }

    @Test
    void needsTheTokenForAnOrder() throws Exception {
        var order = web.anonymous(CELLS + "203.0.113.11/psbl/recheck").POST(HttpRequest.BodyPublishers.noBody());
        assertThat(web.send(order).statusCode()).isEqualTo(401);
    }

    @Test
    void tellsOfAChangeAtOnce() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer =
                    client.send(web.request(ReputationStream.PATH).build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).isEqualTo("retry: 2000");
                assertThat(lines.readLine()).isEmpty();
                assertThat(lines.readLine()).isEqualTo("event: changed");
                var first = lines.readLine();
                assertThat(lines.readLine()).isEmpty();
                web.reputation.reputation = changed();
                web.server.reputationChanged();
                assertThat(lines.readLine()).isEqualTo("event: changed");
                assertThat(lines.readLine()).startsWith("data: ").isNotEqualTo(first);
            }
            client.shutdownNow();
        }
    }

    @Test
    void showsEveryKindOfCellByAWordAndNotByColourAlone() throws Exception {
        assertThat(text("/reputation"))
                .contains("Spamhaus ZEN weight 100 ● LISTED ✓ clean ✓ clean ✓ works")
                .contains("⊘ refused, was LISTED ⊘ refused – n/a")
                .contains("◌ blind ◌ blind – n/a")
                .contains("◐ suspect ✓ clean – n/a")
                .contains("◇ muted")
                .contains("✕ list broken")
                .contains("† list dead")
                .contains("UCEPROTECT L3 weight 0 ○ listed ✓ clean – n/a ✓ works");
        assertThat(text("/reputation?show=troubled")).contains("PSBL").doesNotContain("DroneBL");
    }

    @Test
    void saysByWhichWayMailLeavesEachNode() throws Exception {
        assertThat(text("/reputation"))
                .contains(
                        "zone-a Mail leaves by a1 . T0: no list names it ◐ 2 messages wait because of our addresses."
                                + " Receiver New mail by Tier The last 15 minutes Why"
                                + " google sh1 T2 sh1 75 % 3 a1 25 % 1 T2: the first smarthost"
                                + " BLOCKED a1 to google, since 12:00:00 now , until 18:00:00 in 6 h COOLDOWN sh1 to microsoft, since 12:00:00 now"
                                + " WARMING a3 to google: the day's 100 recipients are used, a new day from 18:00:00 in 6 h"
                                + " sh1 ✓ works , greets in 12 s: half its weight among those of its order; 3 of 1000 recipients in the last day");
        assertThat(reputation().path("routing").path(0).path("choices").path(1).toString())
                .isEqualTo("{\"provider\":\"google\",\"routes\":[\"sh1\"],\"tier\":\"T2\","
                        + "\"why\":\"T2: the first smarthost\",\"until\":null,"
                        + "\"lately\":[{\"route\":\"sh1\",\"messages\":3,\"share\":0.75},"
                        + "{\"route\":\"a1\",\"messages\":1,\"share\":0.25}],\"detour\":true}");
        assertThat(reputation().path("verdict").asText())
                .contains("; 75 % of the mail of the last 15 minutes left by sh1 because of it; next check in ");
    }

    @Test
    void saysHowFarReceiversKnowANewAddress() throws Exception {
        assertThat(text("/reputation"))
                .contains("Step 3 of 20 at google: 100 of 100 recipients today, a new day from 18:00:00 in 6 h"
                        + " 50 recipients a day at each other receiver");
        assertThat(reputation().path("addresses").path(2).path("step").asInt()).isEqualTo(3);
        assertThat(reputation().path("routing").path(0).path("warmUps").path(0).toString())
                .isEqualTo("{\"route\":\"a3\",\"provider\":\"google\",\"step\":3,\"steps\":20,\"used\":100,"
                        + "\"ceiling\":100,\"until\":\"2026-03-01T18:00:00Z\"}");
    }

    @ParameterizedTest
    @CsvSource({"CLEAN, NONE", "CLEAN, UNKNOWN", "NONE, NONE", "LISTED, NONE"})
    void staysSmallWithManyAddressesAndListsWhateverTheySay(CellState state, Overlay overlay) throws Exception {
        web.reputation.reputation = SampleReputation.many(64, 40, state, overlay, SteppedClock.START);
        var body = web.get("/reputation").body();
        assertThat(body.getBytes(StandardCharsets.UTF_8).length).isLessThan(300_000);
        assertThat(body.split("<td><a ", -1)).hasSize(64 * 40 + 1);
    }

    /** Neither the page nor what a peer pulls. */
    @Test
    void staysSmallOnABadDay() throws Exception {
        web.reputation.reputation = SampleReputation.many(64, 40, CellState.CLEAN, Overlay.NONE, SteppedClock.START);
        web.reputation.later = IntStream.range(0, 48)
                .mapToObj(i -> web.reputation.event(
                        1 + 25 * i,
                        HistoryEvent.Kind.LIST,
                        HistoryEvent.ALL_LISTS,
                        "-",
                        i % 2 == 0 ? "UNKNOWN OK" : "OK UNKNOWN"))
                .toList();
        assertThat(web.get("/reputation").body().getBytes(StandardCharsets.UTF_8).length)
                .isLessThan(300_000);
        assertThat(web.get("/api/v1/node/snapshot").body().length()).isLessThan(4 << 20);
    }

    /** As the command does: what is returned at once is on hold for no time at all. */
    @Test
    void saysOfMailThatWouldFailThatItWould() throws Exception {
        assertThat(text("/reputation?to=you@nomail.example"))
                .contains("fail and be returned to the sender, provider nomail.example. Nothing was sent.")
                .doesNotContain("hold until");
        assertThat(text("/reputation?to=you@shop.example&class=bulk"))
                .contains("hold until 12:00:00", "provider shop.example. Nothing was sent.");
    }

    @Test
    void drawsWhatIsNotCleanNowBeforeAllThatChanged() throws Exception {
        assertThat(text("/reputation"))
                .containsSubsequence(
                        "The last 24 hours",
                        "203.0.113.11 spamhaus-zen",
                        "203.0.113.12 spamcop",
                        "203.0.113.12 dronebl");
    }

    @Test
    void showsACellWithAllThatIsKnown() throws Exception {
        assertThat(text("/reputation/203.0.113.11/spamhaus-zen"))
                .contains("203.0.113.11 on Spamhaus ZEN ● LISTED since 09:50:00 2 h 10 min ago")
                .contains("It says CSS, weight 100")
                .contains("Raw answer 127.0.0.3 positive")
                .contains("at 198.51.100.53:53 (direct), 23 ms, TTL 300 s")
                .contains("mailvane dnsbl check 203.0.113.11 --now");
        assertThat(web.get("/reputation/203.0.113.11/none").statusCode()).isEqualTo(404);
    }

    @Test
    void showsHowReceiversGoByAListAndWhatTheyDidThatShowsIt() throws Exception {
        assertThat(text("/reputation/203.0.113.11/spamhaus-zen"))
                .contains("How receivers go by it all others at 1.0 (as shipped)"
                        + " gmx.net at 0.5 (shipped: 1.0): it took 512 messages within 24 h from what is listed,"
                        + " 11:59:00 1 min ago ; until 2026-03-31 12:00:00 in 30 d"
                        + " google at 1.0 (shipped: 0.2): it cited the list 11:58:00 2 min ago :"
                        + " 550 listed &lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(reputation().path("lists").path(0).path("affinity").path(1).toString())
                .isEqualTo("{\"provider\":\"gmx.net\",\"factor\":0.5,\"shipped\":1.0,\"learned\":"
                        + "{\"by\":\"took\",\"at\":\"2026-03-01T11:59:00Z\",\"until\":\"2026-03-31T12:00:00Z\","
                        + "\"reply\":null,\"messages\":512,\"withinSeconds\":86400}}");
        assertThat(reputation()
                        .path("lists")
                        .path(0)
                        .path("affinity")
                        .path(2)
                        .path("learned")
                        .toString())
                .contains("\"reply\":\"550 listed ", "\"messages\":null,\"withinSeconds\":null}");
    }

    @Test
    void showsWhatListsAndReceiversSayAsTextAndNothingElse() throws Exception {
        for (var path : List.of("/reputation", "/reputation/203.0.113.11/spamhaus-zen")) {
            assertThat(web.get(path).body()).contains("&lt;script&gt;").doesNotContain("<script>");
        }
    }

    @Test
    void isGreyAndNeverGreenWhenItIsOld() throws Exception {
        web.reputation.reputation = changed();
        assertThat(web.get("/reputation").body()).contains("verdict tone-ok");
        web.clock.advance(Duration.ofMinutes(2));
        assertThat(web.get("/reputation").body())
                .contains("verdict tone-stale", "card-unknown", "Lists do not tell: this is the last known.")
                .doesNotContain("tone-ok", "card-active", "is-clean\"");
    }

    @Test
    void anAddressOfWhichListsDoNotTellIsGreyAndSoAreItsStrips() throws Exception {
        web.reputation.reputation = SampleReputation.many(2, 3, CellState.CLEAN, Overlay.UNKNOWN, SteppedClock.START);
        assertThat(web.get("/reputation").body())
                .contains("card-unknown", "The last 24 hours: CLEAN since 09:50, then unknown since 11:59")
                .doesNotContain("card-active", "is-clean\"");
        assertThat(reputation().path("addresses").path(0).path("known").asBoolean())
                .isFalse();
    }

    /** The sample is asked again in four minutes. */
    @Test
    void whatWasNeverKnownIsNotCalledTheLastKnown() throws Exception {
        web.reputation.reputation = SampleReputation.many(2, 3, CellState.NONE, Overlay.UNKNOWN, SteppedClock.START);
        assertThat(web.get("/reputation").body())
                .contains("Nothing is known yet: no list has answered.")
                .doesNotContain("last known");
        web.clock.advance(Duration.ofMinutes(4));
        assertThat(web.get("/reputation").body())
                .contains("Nothing is known yet: first answers are expected within a minute.");
        web.reputation.reputation =
                SampleReputation.many(2, 0, CellState.NONE, Overlay.UNKNOWN, SteppedClock.START.plusSeconds(1));
        assertThat(web.get("/reputation").body()).contains("Nothing is known: no list is asked.");
    }

    @Test
    void aCellThatWasNeverNamedHasItsDayToo() throws Exception {
        assertThat(web.get("/reputation/203.0.113.12/psbl").body())
                .contains("aria-label=\"The last 24 hours: CLEAN since 09:50\"");
        assertThat(text("/reputation")).contains("203.0.113.12 psbl");
    }

    @Test
    void saysHowToBeginWhereNothingIsMonitored() throws Exception {
        assertThat(TAG.matcher(peer.get("/reputation").body()).replaceAll(" "))
                .contains(
                        "No source address is configured: nothing is monitored.", "[[source]]", "mailvane node reload");
    }

    @Test
    void saysFirstThatSpamhausIsNotAsked() throws Exception {
        var old = web.reputation.reputation;
        web.reputation.reputation = new Reputation(
                old.asOf().plusSeconds(1),
                old.verdict(),
                "Spamhaus is not asked.",
                old.addresses(),
                old.cells(),
                old.lists(),
                old.alarms());
        assertThat(text("/reputation")).containsSubsequence("Spamhaus is not asked.", "2 of 3 addresses healthy");
    }

    @Test
    void showsAPeersAddressesAndGreysThemWhenItIsGone() throws Exception {
        var settings = new PeerSettings(
                "zone-a", URI.create("http://127.0.0.1:" + web.server.address().getPort()), Optional.empty());
        try (var other = new WebKit(
                Files.createDirectory(folder.resolve("c")),
                List.of(settings),
                SampleReputation.none("zone-b", SteppedClock.START))) {
            other.status.set(named("zone-b"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> other.get("/reputation").body().contains("card-quarantined"));
            assertThat(other.get("/reputation/203.0.113.11/spamhaus-zen").body())
                    .contains("<b>google</b> at 1.0 (shipped: 0.2)");
            assertThat(other.get("/api/v1/reputation").body())
                    .contains("{\"node\":\"zone-a\",\"state\":\"up\"", "\"public\":\"203.0.113.11\"");
            assertThat(other.post(CELLS + "203.0.113.11/psbl/recheck", "").body())
                    .contains("this address is of zone-a: tell that node");
            assertThat(other.get(CELLS + "203.0.113.11/psbl/history").body())
                    .contains("\"status\":404", "this address is of zone-a: ask that node");
            assertThat(other.get("/api/v1/reputation/history?subject=203.0.113.11")
                            .body())
                    .contains("\"status\":404", "this address is of zone-a: ask that node");
            assertThat(other.get("/api/v1/reputation/history?subject=203.0.113.99")
                            .body())
                    .isEqualTo("{\"events\":[]}");
            for (var named : List.of("a1", "203.0.113.11")) {
                assertThat(other.post(ADDRESSES + named + "/drain", "").body())
                        .contains("\"status\":404", "this address is of zone-a: tell that node");
            }
            assertThat(other.get("/reputation/addresses/a1").statusCode()).isEqualTo(404);
            web.reputation.withdraw("a2", State.DISABLED);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> other.get("/reputation").body().contains("DISABLED by the operator (Eva): a new PTR"));
            assertThat(other.get("/reputation").body()).doesNotContain("/reputation/addresses/");
            web.server.close();
            other.clock.advance(PeerWatch.UNREACHABLE_AFTER.plusSeconds(5));
            assertThat(other.get("/reputation").body())
                    .contains("zone-a does not answer", "verdict tone-stale", "card-gone")
                    .doesNotContain("is-clean\"", "card-active");
        }
    }

    private static NodeStatus named(String node) {
        var up = WebKit.ACCEPTING;
        return new NodeStatus(
                node,
                "b",
                up.state(),
                up.reasons(),
                up.epoch(),
                up.started(),
                up.listeners(),
                up.relayDomains(),
                up.partitions(),
                Takeovers.NONE);
    }

    /** As a reader sees it: no tags, single spaces. */
    private String text(String path) throws IOException, InterruptedException {
        return TAG.matcher(web.get(path).body().replaceAll("<title>[^<]*</title>", ""))
                .replaceAll(" ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
