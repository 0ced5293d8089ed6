package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code ./mailvane up}, running: two nodes and the sandbox on their fixed ports. Closing it is a SIGTERM that is waited for. */
record SamplePair(Installation installed, Process process) implements AutoCloseable {
    /** Who starts it, or needs its ports, holds this. */
    static final String LOCK = "the sample nodes' ports";

    static final List<Integer> PORTS = List.of(2525, 2526, 8025, 8026, 5300, 5301, 2587, 2599);
    private static final Duration DEADLINE = Duration.ofMinutes(3);

    /** Skips the test, by the port's number, where one is taken. */
    static void needPorts() {
        PORTS.forEach(port -> assumeTrue(isFree(port), "needs port " + port));
    }

    static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns when it says what to do next. */
    static SamplePair start(Installation installed) throws IOException {
        needPorts();
        var pair = new SamplePair(installed, installed.start("up", Map.of(), "up"));
        try {
            await().atMost(DEADLINE).until(pair::isReady);
            return pair;
        } catch (RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    private boolean isReady() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("it ended: " + installed.errors("up"));
        }
        return installed.output("up").contains("Ctrl-C");
    }

    /** What a node's page or REST call answers. */
    String read(String url) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    JsonNode json(String url) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(read(url));
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
