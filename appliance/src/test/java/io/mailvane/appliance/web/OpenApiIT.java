package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.mailvane.dnsbl.Operated;
import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.glassfish.jersey.server.model.Resource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code openapi.json} promises is what the server answers, path by path and field by field. */
class OpenApiIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaLocation LOCATION = SchemaLocation.of("urn:mailvane:openapi");

    @TempDir
    Path folder;

    private WebKit web;
    private JsonNode description;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        var gone = new PeerSettings("zone-b", URI.create("http://127.0.0.1:1"), Optional.empty());
        web = new WebKit(folder, List.of(gone));
        description = JSON.readTree(web.get("/openapi.json").body());
    }

    @AfterEach
    void stop() throws IOException {
        web.close();
    }

    @Test
    void describesWhatIsServedAndNothingElse() {
        var described = new TreeSet<String>();
        description
                .get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .fieldNames()
                        .forEachRemaining(
                                method -> described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
        var served = new TreeSet<String>();
        try (var peers = new PeerWatch(List.of(), web.clock, System::nanoTime, _ -> {})) {
            WebServer.resources(web.parts(), peers).getInstances().stream()
                    .map(Object::getClass)
                    .filter(type -> type.isAnnotationPresent(jakarta.ws.rs.Path.class))
                    .forEach(type -> addServed(Resource.from(type), "", served));
        }
        served.add("GET " + ReputationStream.PATH);
        assertThat(described).isEqualTo(served);
    }

    /** The verbs are paths of their own in the description: there, a path has one template. */
    private static void addServed(Resource resource, String above, Set<String> served) {
        var path = (above + "/" + resource.getPath()).replaceAll("/+", "/");
        for (var method : resource.getResourceMethods()) {
            verbs(path).forEach(each -> served.add(method.getHttpMethod() + " " + each));
        }
        resource.getChildResources().forEach(child -> addServed(child, path, served));
    }

    private static Stream<String> verbs(String path) {
        return path.endsWith("{verb}")
                ? Stream.of(MessageQueue.Action.values())
                        .map(action -> path.replace("{verb}", action.name().toLowerCase(Locale.ROOT)))
                : Stream.of(path);
    }

    @Test
    void answersAsDescribed() throws Exception {
        var qid = queueOfEveryKind();
        assertDescribed("get", "/readyz", web.get("/readyz"));
        assertDescribed("get", "/api/v1/node", web.get("/api/v1/node"));
        assertDescribed("get", "/api/v1/node/snapshot", web.get("/api/v1/node/snapshot"));
        assertDescribed("get", "/api/v1/queue/counts", web.get("/api/v1/queue/counts"));
        assertDescribed("get", "/api/v1/queue", web.get("/api/v1/queue?limit=1"));
        assertDescribed("get", "/api/v1/queue", web.get("/api/v1/queue?state=settled"));
        assertDescribed("get", "/api/v1/queue/{qid}", web.get("/api/v1/queue/" + qid));
        assertDescribed("get", "/api/v1/queue/{qid}/content", web.get("/api/v1/queue/" + qid + "/content"));
        assertDescribed("get", "/api/v1/route/explain", web.get("/api/v1/route/explain?to=you@shop.example"));
        assertDescribed("get", "/api/v1/workers", web.get("/api/v1/workers"));
        assertDescribed("post", "/api/v1/queue/retry", web.post("/api/v1/queue/retry", "{\"filter\":{}}"));
        assertDescribed("post", "/api/v1/node/reload", web.post("/api/v1/node/reload", ""));
        assertDescribed("post", "/api/v1/node/drain", web.post("/api/v1/node/drain", ""));
        assertDescribed("post", "/api/v1/node/adopt", web.post("/api/v1/node/adopt", "{\"partition\":\"zone-b\"}"));
        for (var page : List.of(
                "/",
                "/queue",
                "/workers",
                "/reputation",
                "/reputation.js",
                "/style.css",
                "/live.js",
                "/healthz",
                "/metrics",
                "/openapi.json")) {
            assertDescribed("get", page, web.get(page));
        }
        assertDescribed("get", "/queue/{qid}", web.get("/queue/" + qid));
    }

    @Test
    void answersAboutTheReputationAsDescribed() throws Exception {
        var cell = "/api/v1/reputation/cells/203.0.113.11/spamhaus-zen";
        var described = "/api/v1/reputation/cells/{ip}/{list}";
        assertDescribed("get", "/api/v1/reputation", web.get("/api/v1/reputation"));
        assertDescribed("get", "/api/v1/reputation/history", web.get("/api/v1/reputation/history"));
        assertDescribed("get", "/api/v1/reputation/history", web.get("/api/v1/reputation/history?kind=none"));
        assertDescribed("get", described, web.get(cell));
        assertDescribed("get", described, web.get(cell + "x"));
        assertDescribed("get", described + "/history", web.get(cell + "/history"));
        assertDescribed("post", described + "/recheck", web.post(cell + "/recheck", ""));
        assertDescribed("post", described + "/recheck", web.post(cell + "x/recheck", ""));
        assertDescribed(
                "post",
                described + "/mute",
                web.post(cell + "/mute", "{\"until\":\"2026-03-02T12:00:00Z\",\"reason\":\"known\"}"));
        assertDescribed("post", described + "/mute", web.post(cell + "/mute", "{}"));
        assertDescribed("post", described + "/unmute", web.post(cell + "/unmute", ""));
        answersToOrdersForAnAddressAsDescribed();
        assertDescribed("get", "/reputation/{ip}/{list}", web.get("/reputation/203.0.113.11/spamhaus-zen"));
        assertDescribed("get", "/reputation/{ip}/{list}", web.get("/reputation/203.0.113.11/none"));
    }

    private void answersToOrdersForAnAddressAsDescribed() throws Exception {
        for (var verb : List.of("drain", "disable", "retire", "enable")) {
            var described = "/api/v1/reputation/addresses/{source}/" + verb;
            var address = "/api/v1/reputation/addresses/a1/" + verb;
            assertDescribed("post", described, web.post(address, "{\"reason\":\"known\"}"));
            assertDescribed("post", described, web.post(address, "{\"until\":\"2026-01-01T00:00:00Z\"}"));
            assertDescribed("post", described, web.post(address.replace("a1", "a9"), ""));
            assertDescribed("post", described, web.send(noToken(address)));
        }
        web.reputation.effect = Operated.Effect.UNWRITTEN;
        for (var verb : List.of("drain", "disable", "enable", "retire")) {
            assertDescribed(
                    "post",
                    "/api/v1/reputation/addresses/{source}/" + verb,
                    web.post("/api/v1/reputation/addresses/a1/" + verb, ""));
        }
        web.reputation.effect = Operated.Effect.REFUSED;
        assertDescribed(
                "post",
                "/api/v1/reputation/addresses/{source}/enable",
                web.post("/api/v1/reputation/addresses/a1/enable", ""));
        web.reputation.withdraw("a2", State.DISABLED);
        assertDescribed("get", "/api/v1/reputation", web.get("/api/v1/reputation"));
        assertDescribed("get", "/reputation/addresses/{source}", web.get("/reputation/addresses/a1"));
        assertDescribed("get", "/reputation/addresses/{source}", web.get("/reputation/addresses/a9"));
        assertDescribed("post", "/reputation/addresses/{source}", web.send(noToken("/reputation/addresses/a1")));
    }

    private QueueId queueOfEveryKind() throws QueueUnavailableException, InterruptedException {
        web.accept("me@example.org", "you@shop.example");
        web.deliver(new DeliveryOutcome.Relayed("mx[192.0.2.1]:25", SmtpReply.of(250, "2.0.0", "Ok")));
        var deferred = web.accept("", "you@shop.example");
        web.deliver(new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.RECIPIENT, SmtpReply.of(451, "4.3.2", "Busy")));
        web.accept("me@example.org", "a@shop.example", "b@shop.example");
        return deferred;
    }

    @Test
    void refusesAsDescribed() throws IOException, InterruptedException {
        assertDescribed("get", "/api/v1/queue", web.get("/api/v1/queue?state=lost"));
        assertDescribed("get", "/api/v1/queue/{qid}", web.get("/api/v1/queue/none"));
        assertDescribed("get", "/api/v1/queue/{qid}/content", web.get("/api/v1/queue/none/content"));
        assertDescribed("get", "/api/v1/route/explain", web.get("/api/v1/route/explain"));
        assertDescribed("post", "/api/v1/queue/hold", web.post("/api/v1/queue/hold", "{}"));
        assertDescribed("post", "/api/v1/node/drain", web.send(noToken("/api/v1/node/drain")));
        assertDescribed("post", "/api/v1/node/adopt", web.post("/api/v1/node/adopt", "{\"partition\":\"zone-c\"}"));
        assertDescribed("post", "/api/v1/node/adopt", web.post("/api/v1/node/adopt", "{}"));
        web.reloadProblems.set(List.of("zone-a.toml:3: node.zone is missing"));
        assertDescribed("post", "/api/v1/node/reload", web.post("/api/v1/node/reload", ""));
        web.status.set(draining());
        assertDescribed("get", "/readyz", web.get("/readyz"));
    }

    private HttpRequest.Builder noToken(String path) {
        return web.anonymous(path).POST(HttpRequest.BodyPublishers.noBody());
    }

    private static NodeStatus draining() {
        var up = WebKit.ACCEPTING;
        return new NodeStatus(
                up.node(),
                up.zone(),
                NodeStatus.State.DRAINING,
                List.of("the node is being stopped"),
                up.epoch(),
                up.started(),
                up.listeners(),
                up.relayDomains(),
                up.partitions(),
                Takeovers.NONE);
    }

    private void assertDescribed(String method, String path, HttpResponse<String> answer) throws IOException {
        var responses = description.get("paths").get(path).get(method).get("responses");
        var response = responses.get(String.valueOf(answer.statusCode()));
        assertThat(response)
                .as("%s %s answers %s %s", method, path, answer.statusCode(), answer.body())
                .isNotNull();
        if (response.has("$ref")) {
            response = description.at(response.get("$ref").asText().substring(1));
        }
        var type = answer.headers().firstValue("Content-Type").orElseThrow().replaceFirst(";.*", "");
        var media = response.get("content").get(type);
        assertThat(media).as("%s %s answers %s", method, path, type).isNotNull();
        if (type.endsWith("json")) {
            assertThat(errors(media.get("schema"), answer.body()))
                    .as("%s %s answers %s", method, path, answer.body())
                    .isEmpty();
        }
    }

    /** Others may pass over fields they do not know; here every field must be described. */
    private List<String> errors(JsonNode schema, String body) {
        ObjectNode root = description.get("components").deepCopy();
        close(root);
        var document = JSON.createObjectNode();
        document.set("components", root);
        document.setAll((ObjectNode) schema.deepCopy());
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        return registry
                .getSchema(LOCATION, document.toString(), InputFormat.JSON)
                .validate(
                        body,
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static void close(JsonNode schema) {
        if (schema.path("type").asText().equals("object") && schema.has("properties")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        schema.forEach(OpenApiIT::close);
    }
}
