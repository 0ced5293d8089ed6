package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers as rspamd does to GTUBE and to all else, or as it is told. */
final class FakeRspamd implements AutoCloseable {
    private static final String CLEAN = """
            {"is_skipped":false,"score":0.5,"required_score":15.0,"action":"no action","symbols":{}}""";
    private static final String GTUBE = """
            {"is_skipped":false,"score":0.0,"required_score":15.0,"action":"reject",
             "symbols":{"GTUBE":{"name":"GTUBE","score":0.0}},"messages":{"smtp_message":"Gtube pattern"}}""";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile int status = 200;
    private volatile String answer = "";
    private volatile Map<String, List<String>> fields = Map.of();

    FakeRspamd() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/checkv2", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void answers(int status, String answer) {
        this.status = status;
        this.answer = answer;
    }

    /** What the last request told beside the content, less what every HTTP client tells. */
    Map<String, List<String>> fields() {
        return fields;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var content = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            var told = new TreeMap<>(exchange.getRequestHeaders());
            told.keySet()
                    .removeAll(
                            List.of("Connection", "Content-length", "Host", "Http2-settings", "Upgrade", "User-agent"));
            fields = told;
            var usual = content.contains(Signature.GTUBE.text()) ? GTUBE : CLEAN;
            var octets = (answer.isEmpty() ? usual : answer).getBytes(UTF_8);
            exchange.sendResponseHeaders(status, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
