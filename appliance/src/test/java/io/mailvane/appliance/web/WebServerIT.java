package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.QueueUnavailableException;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The REST calls over a real queue. */
class WebServerIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SmtpReply BUSY = SmtpReply.of(451, "4.3.2", "Busy");
    private static final SmtpReply TAKEN = SmtpReply.of(250, "2.0.0", "Ok");

    @TempDir
    Path folder;

    private WebKit web;

    @BeforeEach
    void start() throws IOException {
        web = new WebKit(folder);
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    @Test
    void showsAMessageWhole() throws Exception {
        var qid = web.accept("", "you@shop.example");
        web.deliver(new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.RECIPIENT, BUSY));
        assertThat(web.get("/api/v1/queue/" + qid).body()).isEqualTo("""
                {"qid":"%s","from":"<>","size":25,"state":"deferred","received":"2026-03-01T12:00:00Z",\
                "client":"client.example[192.0.2.7]","recipients":[{"address":"you@shop.example","state":"deferred",\
                "why":"by route: 451 4.3.2 Busy","nextAttempt":"2026-03-01T12:05:00Z","attempts":[{"at":"2026-03-01T12:00:00Z",\
                "route":"customer","relay":"mx.shop.example[192.0.2.1]:25","outcome":"deferred",\
                "reply":"451 4.3.2 Busy","why":"by route"}]}]}""".formatted(qid));
    }

    @Test
    void describesTheNodeWhole() throws Exception {
        assertThat(web.get("/api/v1/node").body()).isEqualTo("""
                {"node":"zone-a","zone":"a","state":"accepting","reasons":[],"epoch":7,\
                "partitions":[{"name":"zone-a","directory":"zone-a","epoch":7,"owner":"zone-a","lease":"2026-03-01T12:00:00Z","adopted":null},\
                {"name":"zone-b","directory":"zone-b.1","epoch":4,"owner":"zone-a","lease":"2026-03-01T12:00:00Z",\
                "adopted":{"from":"zone-b","at":"2026-03-01T12:00:00Z","messages":12,"inDoubt":3,"seconds":0.25}}],\
                "takeovers":[{"partition":"zone-b.1","epoch":4,"how":{"from":"zone-b","at":"2026-03-01T12:00:00Z",\
                "messages":12,"inDoubt":3,"seconds":0.25},"finished":null},\
                {"partition":"zone-b","epoch":2,"how":{"from":"zone-b","at":"2026-03-01T12:00:00Z",\
                "messages":1,"inDoubt":0,"seconds":0.5},"finished":"2026-03-01T12:00:00Z"}],"peers":[],\
                "started":"2026-03-01T12:00:00Z","listeners":[{"name":"mx","role":"mx","address":"127.0.0.1:2525"}],\
                "traffic":{"sessions":9,"sessionsOpen":1,"accepted":8,"refused":2,"tempfailed":1,"relayed":5,\
                "deferred":2,"failed":1},"volume":{"state":"healthy","reasons":[],"freeOctets":32212254720,\
                "octets":42949672960,"freeInodes":1000,"forceSeconds":0.004,\
                "copies":{"up":3,"all":3,"toHeal":0,"splitBrain":0}}}""");
        var snapshot = web.get("/api/v1/node/snapshot").body();
        assertThat(snapshot.replaceFirst("\"reputation\":\\{.*},\"strikes\"", "\"reputation\":{},\"strikes\""))
                .isEqualTo("""
                {"node":"zone-a","zone":"a","state":"accepting","reasons":[],"epoch":7,"asOf":"2026-03-01T12:00:00Z",\
                "started":"2026-03-01T12:00:00Z","listeners":["127.0.0.1:2525"],"counts":{"node":"zone-a","asOf":"2026-03-01T12:00:00Z",\
                "messages":{"total":0,"to-scan":0,"active":0,"deferred":0,"held":0,"quarantined":0},"recipients":0,\
                "oldest":null},"traffic":{"sessions":9,"sessionsOpen":1,"accepted":8,"refused":2,"tempfailed":1,\
                "relayed":5,"deferred":2,"failed":1},"reputation":{},"strikes":[]}""");
        assertThat(web.get("/readyz").body()).isEqualTo("{\"ready\":true,\"reasons\":[]}");
        assertThat(web.post("/api/v1/node/reload", "").body()).isEqualTo("{\"state\":\"reloaded\"}");
        assertThat(web.post("/api/v1/node/drain", "").body()).isEqualTo("{\"state\":\"draining\"}");
    }

    @Test
    void endsAListWithoutANextPage() throws Exception {
        assertThat(web.get("/api/v1/queue").body()).isEqualTo("{\"messages\":[],\"next\":null}");
    }

    @Test
    void answersHeadAndOptionsWithoutABody() throws Exception {
        var head = web.send(web.request("/api/v1/queue/counts").HEAD());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        var options =
                web.send(web.request("/api/v1/queue/counts").method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(200);
        assertThat(options.headers().firstValue("Allow").orElseThrow().split(", ?"))
                .contains("GET", "OPTIONS");
        var refused = web.send(web.request("/api/v1/queue/counts").DELETE());
        assertThat(refused.body()).isEqualTo("""
                {"type":"about:blank","title":"Method Not Allowed","status":405,\
                "detail":"this path does not take this method"}""");
        assertThat(refused.headers().firstValue("Allow").orElseThrow().split(", ?"))
                .contains("GET", "OPTIONS");
    }

    @Test
    void readsNoBodyWithoutAnEnd() throws Exception {
        assertThat(act("hold", "{\"qids\":[\"" + "A".repeat(4 << 20) + "\"]}")).isEqualTo("""
                {"type":"about:blank","title":"Bad Request","status":400,"detail":"the body is longer than 4 MiB"}""");
    }

    @Test
    void countsAnEmptyQueueWithoutAnOldest() throws Exception {
        assertThat(web.get("/api/v1/queue/counts").body()).isEqualTo("""
                {"node":"zone-a","asOf":"2026-03-01T12:00:00Z","messages":{"total":0,"to-scan":0,"active":0,"deferred":0,\
                "held":0,"quarantined":0},"recipients":0,"oldest":null}""");
    }

    @Test
    void pagesThroughTheQueueWithoutGapOrRepetition() throws Exception {
        var accepted = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            accepted.add(
                    web.accept("me@example.org", "you" + i + "@shop.example").text());
        }
        var seen = new ArrayList<String>();
        String next = "";
        do {
            var page = json(web.get("/api/v1/queue?limit=2&after=" + next));
            page.get("messages").forEach(message -> seen.add(message.get("qid").asText()));
            next = page.get("next").asText("");
        } while (!next.isEmpty());
        assertThat(seen).isEqualTo(accepted);
    }

    @ParameterizedTest
    @CsvSource({
        "sender=ME@example.org, 2",
        "sender=<>, 1",
        "recipient=you@shop.example, 2",
        "domain=other.example, 1",
        "state=active, 3",
        "state=held, 0",
        "state=settled, 0",
        "sender=me@example.org&domain=other.example, 1",
    })
    void filters(String query, int count) throws Exception {
        web.accept("me@example.org", "you@shop.example");
        web.accept("me@example.org", "you@shop.example", "you@other.example");
        web.accept("", "me@shop.example");
        var encoded = query.replace("<", "%3C").replace(">", "%3E");
        assertThat(json(web.get("/api/v1/queue?" + encoded)).get("messages")).hasSize(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sender", "recipient", "domain", "state"})
    void refusesAnEmptyFilterInBothMethods(String name) throws Exception {
        var read = web.get("/api/v1/queue?" + name + "=");
        var moved = web.post("/api/v1/queue/hold", "{\"filter\":{\"" + name + "\":\"\"}}");
        assertThat(read.statusCode()).isEqualTo(400);
        assertThat(json(read).get("detail").asText()).startsWith("filter " + name + " is empty: leave it out");
        assertThat(moved.body()).isEqualTo(read.body());
    }

    @Test
    void showsWhatIsSettledButNotItsContent() throws Exception {
        var qid = web.accept("me@example.org", "you@shop.example");
        assertThat(web.get("/api/v1/queue/" + qid + "/content").body()).isEqualTo("Subject: hello\r\n\r\nHello\r\n");
        web.deliver(new DeliveryOutcome.Relayed("mx[192.0.2.1]:25", TAKEN));
        assertThat(json(web.get("/api/v1/queue/" + qid)).get("state").asText()).isEqualTo("settled");
        assertThat(json(web.get("/api/v1/queue?state=settled")).get("messages")).hasSize(1);
        assertThat(web.get("/api/v1/queue/" + qid + "/content").statusCode()).isEqualTo(404);
    }

    @Test
    void actsOnNamedMessagesAndSaysHowManyWereThere() throws Exception {
        var one = web.accept("me@example.org", "you@shop.example");
        var two = web.accept("me@example.org", "you@shop.example");
        assertThat(act("hold", qids(one, one))).isEqualTo("{\"matched\":1,\"changed\":1}");
        assertThat(act("hold", qids(one))).isEqualTo("{\"matched\":1,\"changed\":0}");
        assertThat(act("release", qids(one, two))).isEqualTo("{\"matched\":2,\"changed\":1}");
        assertThat(act("delete", "{\"qids\":[\"NONE\",\"NONE\"]}"))
                .isEqualTo("{\"matched\":0,\"changed\":0,\"problems\":"
                        + "[\"NONE: no message has this queue id, or it was settled long ago\"]}");
    }

    @Test
    void releasesMailUnscannedOnlyForAFilterThatSaysSo() throws Exception {
        web.accept(MessageState.TO_SCAN, "me@example.org", "you@shop.example");
        assertThat(act("release", "{\"filter\":{}}")).isEqualTo("{\"matched\":0,\"changed\":0}");
        assertThat(web.queue.counts().toScan()).isEqualTo(1);
        assertThat(act("release", "{\"filter\":{\"state\":\"to-scan\"}}")).isEqualTo("{\"matched\":1,\"changed\":1}");
        assertThat(web.queue.counts().active()).isEqualTo(1);
    }

    @Test
    void saysOfMailThatWaitsForItsScanThatItCannotBeHeld() throws Exception {
        var waiting = web.accept(MessageState.TO_SCAN, "me@example.org", "you@shop.example");
        var refused = web.post("/api/v1/queue/hold", qids(waiting));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).isEqualTo("""
                {"type":"about:blank","title":"Conflict","status":409,"detail":"mail that is to-scan cannot be held: it \
                cannot leave before its verdict, and can be held then","problems":["%s is not held: it is to-scan"]}""".formatted(waiting));
        assertThat(web.post("/api/v1/queue/hold", "{\"filter\":{}}").statusCode())
                .isEqualTo(409);

        var active = web.accept("me@example.org", "you@shop.example");
        assertThat(act("hold", qids(waiting, active)))
                .isEqualTo("{\"matched\":2,\"changed\":1,\"refused\":1,\"problems\":[\"" + waiting
                        + " is not held: it is to-scan\"]}");
        assertThat(act("hold", "{\"filter\":{}}")).isEqualTo("{\"matched\":2,\"changed\":0,\"refused\":1}");
        assertThat(web.queue.counts().toScan()).isEqualTo(1);
    }

    @Test
    void changesNothingInADryRun() throws Exception {
        web.accept("me@example.org", "you@shop.example");
        assertThat(act("delete", "{\"filter\":{},\"dryRun\":true}")).isEqualTo("{\"matched\":1,\"changed\":0}");
        assertThat(web.queue.counts().active()).isEqualTo(1);
        assertThat(act("delete", "{\"filter\":{\"domain\":\"other.example\"}}"))
                .isEqualTo("{\"matched\":0,\"changed\":0}");
        assertThat(act("delete", "{\"filter\":{\"domain\":\"shop.example\"}}"))
                .isEqualTo("{\"matched\":1,\"changed\":1}");
        assertThat(web.queue.counts().total()).isZero();
    }

    /** Also in the same millisecond. */
    @Test
    void leavesMailAloneThatCameSinceItWasTold() throws Exception {
        web.accept("me@example.org", "you@shop.example");
        web.composer.set(occasion -> {
            comesIn();
            return Optional.empty();
        });

        assertThat(act("bounce", "{\"filter\":{}}")).isEqualTo("{\"matched\":1,\"changed\":1}");
        assertThat(web.queue.counts().total()).isEqualTo(1);
    }

    private void comesIn() throws IOException {
        try {
            web.accept("me@example.org", "you@shop.example");
        } catch (QueueUnavailableException e) {
            throw new IOException(e);
        }
    }

    /** Its clock is put right, or it is adopted mail of a node whose clock was ahead. */
    @Test
    void actsOnMailThatCameByAClockAhead() throws Exception {
        web.clock.advance(Duration.ofHours(3));
        web.accept("me@example.org", "you@shop.example");
        web.clock.advance(Duration.ofHours(-3));
        web.accept("me@example.org", "you@shop.example");

        assertThat(act("hold", "{\"filter\":{}}")).isEqualTo("{\"matched\":2,\"changed\":2}");
        assertThat(web.get("/metrics").body()).contains("\nmailvane_queue_oldest_seconds 0.0\n");
    }

    @Test
    void actsOnMoreThanAPageOfMatches() throws Exception {
        for (int i = 0; i < 300; i++) {
            web.accept("me@example.org", "you@shop.example");
        }
        assertThat(act("hold", "{\"filter\":{\"state\":\"active\"}}")).isEqualTo("{\"matched\":300,\"changed\":300}");
        assertThat(web.queue.counts().held()).isEqualTo(300);
    }

    @Test
    void listsEveryProblemOfARefusedReload() throws Exception {
        web.reloadProblems.set(List.of("a.toml:1: one", "a.toml:2: two"));
        var refused = web.post("/api/v1/node/reload", "");
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).isEqualTo("""
                {"type":"about:blank","title":"Unprocessable Content","status":422,\
                "detail":"the configuration stays as it was","problems":["a.toml:1: one","a.toml:2: two"]}""");
    }

    @Test
    void drainsOnceAsked() throws Exception {
        assertThat(web.post("/api/v1/node/drain", "").statusCode()).isEqualTo(202);
        assertThat(web.drains).hasValue(1);
    }

    @Test
    void explainsARoute() throws Exception {
        assertThat(web.get("/api/v1/route/explain?from=&to=you@shop.example").body())
                .isEqualTo("""
                {"provider":"shop.example","decision":"send","chosen":"customer","until":null,"candidates":[\
                {"route":"customer","kind":"host","tier":"transport","eligible":true,"reasons":["the domain's transport"]}]}""");
        assertThat(web.get("/api/v1/route/explain?to=you@shop.example&class=bulk")
                        .body())
                .startsWith("{\"provider\":\"shop.example\",\"decision\":\"hold\",\"chosen\":null,");
        assertThat(web.get("/api/v1/route/explain?to=nobody").statusCode()).isEqualTo(400);
        assertThat(web.get("/api/v1/route/explain?to=you@shop.example&class=first")
                        .body())
                .contains("unknown class first; known: urgent normal bulk");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/queue?sender=%ff | sender is not UTF-8",
                "/api/v1/queue?sender=notanaddr | sender is no mailbox: expected '@' at 10",
                "/api/v1/route/explain?from=%ff@shop.example&to=you@shop.example | from is not UTF-8",
                "/api/v1/route/explain?from=notanaddr&to=you@shop.example | from is no mailbox: expected '@' at 10",
                "/api/v1/reputation/history?subject=%c0%af | subject is not UTF-8",
            })
    void saysWhatIsWrongWithAParameter(String path, String detail) throws Exception {
        var answer = web.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").asText()).isEqualTo(detail);
    }

    @Test
    void movesNoMailByAFilterThatNamesNoMailbox() throws Exception {
        web.accept("me@example.org", "you@shop.example");
        var answer = web.post("/api/v1/queue/delete", "{\"filter\":{\"sender\":\"notanaddr\"}}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("detail").asText()).isEqualTo("sender is no mailbox: expected '@' at 10");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/queue/counts?x=1",
                "/api/v1/reputation?x=1",
                "/api/v1/reputation/events?x=1",
                "/api/v1/route/explain?to=you@shop.example&x=1"
            })
    void refusesWhatItIsNotAsked(String path) throws Exception {
        var answer = web.get(path);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("unknown parameter");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/nothing, 404",
        "GET, /api/v1/queue/no-id, 404",
        "POST, /api/v1/queue/explode, 404",
        "POST, /api/v1/queue/hold, 400",
        "DELETE, /api/v1/queue/counts, 405",
    })
    void refusesWithAProblem(String method, String path, int status) throws Exception {
        var refused = web.send(web.request(path).method(method, HttpRequest.BodyPublishers.ofString("nonsense")));
        assertThat(refused.statusCode()).isEqualTo(status);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(json(refused).get("status").asInt()).isEqualTo(status);
    }

    private String act(String verb, String body) throws IOException, InterruptedException {
        return web.post("/api/v1/queue/" + verb, body).body();
    }

    private static String qids(QueueId... ids) {
        return "{\"qids\":[\""
                + String.join("\",\"", List.of(ids).stream().map(QueueId::text).toList()) + "\"]}";
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }
}
