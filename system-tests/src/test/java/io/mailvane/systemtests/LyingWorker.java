package io.mailvane.systemtests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Says that it is a scan worker and ready, and lets pass what it never looked at, in every way that can be told from a verdict. */
final class LyingWorker {
    private static final List<String> LIES = List.of(
            "{\"action\":\"ACCEPT\",\"reasons\":[],\"fields\":[]}",
            "{\"action\":\"ACCEPT\",\"reasons\":[]}",
            "{\"action\":0,\"reasons\":[],\"fields\":[{\"name\":\"X-Mailvane-Scan\",\"value\":\"builtin=clean\"}]}",
            "{\"action\":\"FINE\",\"reasons\":[],\"fields\":[]}",
            "{\"action\":\"ACCEPT\",\"reasons\":[],\"fi",
            "clean",
            "");

    private final AtomicInteger told = new AtomicInteger();

    private LyingWorker() {}

    /** Arguments: those of the worker in whose place it is, which it does not read. */
    public static void main(String[] arguments) throws IOException {
        var liar = new LyingWorker();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", liar::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        System.out.println("READY worker=" + ProcessHandle.current().pid() + " url=http://127.0.0.1:"
                + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean isScan = exchange.getRequestURI().getPath().equals("/scan");
            var says = isScan
                    ? LIES.get(told.getAndIncrement() % LIES.size())
                    : "{\"state\":\"READY\",\"inFlight\":0,\"capacity\":8,\"reason\":\"\"}";
            var octets = says.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, octets.length == 0 ? -1 : octets.length);
            exchange.getResponseBody().write(octets);
        }
    }
}
