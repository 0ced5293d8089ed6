package io.mailvane.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.mail.Secret;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.EngineAddress;
import io.mailvane.scanning.Engines;
import io.mailvane.scanning.ScanWorker;
import io.mailvane.scanning.TestMessage;
import io.mailvane.scanning.WorkerSettings;
import io.mailvane.scanning.WorkerSettings.Access;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that has mail scanned by workers which come and go. */
class ScanningIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String CLEAN = "Subject: hi\r\nX-Mailvane-Scan: forged\r\n\r\nHello\r\n";

    @TempDir
    Path folder;

    private final List<ScanWorker> workers = new ArrayList<>();
    private Optional<Node> running = Optional.empty();

    @AfterEach
    void stop() {
        running.ifPresent(Node::close);
        workers.forEach(ScanWorker::close);
    }

    private Node start(String scan) throws Exception {
        running.ifPresent(Node::close);
        var text = NodeText.PLAIN + """
                [[relay-domain]]
                domain = "shop.example"
                transport = "local"
                [[transport]]
                name = "local"
                type = "maildir"
                path = "maildir"
                """ + scan;
        var node = Node.start(Files.writeString(folder.resolve("node.toml"), text));
        running = Optional.of(node);
        return node;
    }

    /** With the built-in engine. */
    private Node startScanning(String noWorker) throws Exception {
        return start("[scan]\nengines = [\"builtin\"]\nno-worker = \"" + noWorker + "\"\nworkers = { max = 0 }\n");
    }

    /** Gives the node a worker that is ready. */
    private ScanWorker addWorker(Node node, String id) throws Exception {
        var token = new Secret(
                Files.readString(folder.resolve("data/run/scan.token")).strip());
        var any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var settings = new WorkerSettings(any, new Access.Token(token), 4, Duration.ofSeconds(20), folder);
        var engines = new Engines(List.of(EngineAddress.parse("builtin").engine()));
        var worker = ScanWorker.start(settings, engines, System::nanoTime);
        workers.add(worker);
        var pool = node.scanning().pool();
        pool.add(id, URI.create("http://127.0.0.1:" + worker.address().getPort()));
        await().atMost(SOON)
                .until(() -> pool.workers().stream()
                        .anyMatch(view -> view.id().equals(id) && view.state() == WorkerState.READY));
        return worker;
    }

    /** The reply to the content of one message. */
    private static String send(Node node, String content) throws IOException {
        var port = node.readyLine().replaceFirst(".*smtp=127.0.0.1:([0-9]+).*", "$1");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            var out = socket.getOutputStream();
            in.readLine();
            var reply = "";
            for (var said :
                    List.of("HELO h", "MAIL FROM:<a@b.example>", "RCPT TO:<you@shop.example>", "DATA", content + ".")) {
                out.write((said + "\r\n").getBytes(US_ASCII));
                reply = in.readLine();
            }
            return String.valueOf(reply);
        }
    }

    private static String test(TestMessage message) throws IOException {
        try (var content = message.request().content().open()) {
            return new String(content.readAllBytes(), US_ASCII);
        }
    }

    private List<String> delivered() throws IOException {
        var inbox = folder.resolve("maildir/shop.example/you/new");
        var messages = new ArrayList<String>();
        if (Files.isDirectory(inbox)) {
            try (var files = Files.list(inbox)) {
                for (var file : files.toList()) {
                    messages.add(Files.readString(file));
                }
            }
        }
        return messages;
    }

    private static String text(Node node, String path) throws Exception {
        var base = node.readyLine().replaceFirst(".*http=", "http://");
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(base + path)).build(), BodyHandlers.ofString())
                    .body();
        }
    }

    private static JsonNode messages(Node node, String state) throws Exception {
        return new ObjectMapper()
                .readTree(text(node, "/api/v1/queue?state=" + state))
                .path("messages");
    }

    @Test
    void refusesWhatTheWorkersFindAndTellsTheReaderOfTheRestThatItWasScanned() throws Exception {
        var node = startScanning("queue");
        addWorker(node, "w1");

        for (var message : TestMessage.values()) {
            assertThat(send(node, test(message))).isEqualTo("550 5.7.1 Message refused");
        }
        assertThat(send(node, CLEAN)).startsWith("250 2.0.0 Ok: queued as ");

        await().atMost(SOON).until(() -> delivered().size() == 1);
        assertThat(delivered().getFirst())
                .contains("X-Mailvane-Scan: builtin=clean\n", "Subject: hi\n")
                .doesNotContain("forged");
        assertThat(text(node, "/"))
                .contains("builtin; a scan would wait 0 ms: mail is scanned while its client waits, up to 2000 ms");
    }

    @Test
    void keepsWhatNoWorkerScannedUntilOneHasAlsoOverARestart() throws Exception {
        var node = startScanning("queue");
        assertThat(send(node, CLEAN)).startsWith("250");
        assertThat(send(node, test(TestMessage.EICAR))).startsWith("250");
        assertThat(messages(node, "to-scan")).hasSize(2);
        assertThat(text(node, "/"))
                .contains("builtin; no scan worker is ready: mail waits to be scanned; 2 messages wait for their scan");

        node = start("[scan]\nengines = []\n");
        assertThat(text(node, "/"))
                .contains("nothing is scanned: no engine is configured; 2 messages wait for their scan");
        assertThat(send(node, "Subject: unscanned\r\n\r\n")).startsWith("250");
        await().atMost(SOON).until(() -> delivered().size() == 1);
        assertThat(delivered().getFirst()).contains("Subject: unscanned").doesNotContain("X-Mailvane-Scan");

        node = startScanning("queue");
        addWorker(node, "w1");
        await().atMost(SOON).until(() -> delivered().size() == 2);
        assertThat(delivered()).anyMatch(message -> message.contains("X-Mailvane-Scan: builtin=clean\n"));
        var kept = messages(node, "quarantined");
        assertThat(kept).hasSize(1);
        assertThat(kept.path(0).path("recipients").path(0).path("why").asText()).isEqualTo("builtin: EICAR test file");
        assertThat(messages(node, "to-scan")).isEmpty();
    }

    @Test
    void doesWhatTheOperatorWantsWhereNoWorkerIsAlsoAfterAReload() throws Exception {
        var node = startScanning("tempfail");
        assertThat(send(node, CLEAN)).isEqualTo("451 4.7.1 Not just now, try again later");
        assertThat(text(node, "/"))
                .contains(
                        "<li>Scanning: no scan worker is ready: mail gets 451</li>",
                        "builtin; no scan worker is ready: mail gets 451");

        var file = folder.resolve("node.toml");
        Files.writeString(file, Files.readString(file).replace("tempfail", "pass-marked"));
        assertThat(node.reload()).isEmpty();
        assertThat(send(node, CLEAN)).startsWith("250");
        assertThat(text(node, "/")).contains("builtin; no scan worker is ready: mail is passed unscanned and marked");

        await().atMost(SOON).until(() -> delivered().size() == 1);
        assertThat(delivered().getFirst()).contains("X-Mailvane-Scan: none\n").doesNotContain("forged");
    }

    @Test
    void saysInTheLogWhatScanningCameToOfEachMessage() throws Exception {
        try (var transactions = new Lines("io.mailvane.inbound.EndOfData");
                var alarms = new Lines(NoWorkerWatch.class)) {
            send(startScanning("tempfail"), CLEAN);
            send(startScanning("pass-marked"), CLEAN);
            var node = startScanning("queue");
            send(node, CLEAN);
            addWorker(node, "w1");
            send(node, CLEAN);
            send(start(""), CLEAN);

            assertThat(transactions.lines().stream()
                            .map(line -> line.replaceFirst(".* reply=\"([0-9]+)[^\"]*\"", "$1")))
                    .containsExactly(
                            "451 scan=tempfailed",
                            "250 scan=unscanned",
                            "250 scan=to-scan",
                            "250 scan=clean why=-",
                            "250");
            assertThat(alarms.lines())
                    .containsExactly(
                            "event=alarm what=no-worker state=begun"
                                    + " reason=\"no scan worker is ready: mail gets 451\"",
                            "event=alarm what=no-worker state=begun"
                                    + " reason=\"no scan worker is ready: mail is passed unscanned and marked\"");
        }
    }

    @Test
    void losesNoMailWhenAWorkerDies() throws Exception {
        var node = startScanning("queue");
        var first = addWorker(node, "w1");
        assertThat(send(node, CLEAN)).startsWith("250");
        first.close();

        assertThat(send(node, CLEAN)).startsWith("250");
        assertThat(send(node, test(TestMessage.GTUBE))).startsWith("250");
        node.scanning().pool().remove("w1");
        addWorker(node, "w2");

        await().atMost(SOON).until(() -> delivered().size() == 2);
        await().atMost(SOON).until(() -> messages(node, "to-scan").isEmpty());
        assertThat(delivered()).allMatch(message -> message.contains("X-Mailvane-Scan: builtin=clean\n"));
        assertThat(messages(node, "quarantined")).hasSize(1);
        assertThat(String.join("\n", delivered()).toLowerCase(Locale.ROOT)).doesNotContain("gtube");
    }
}
