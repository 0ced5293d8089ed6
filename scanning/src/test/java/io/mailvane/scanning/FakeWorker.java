package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mailvane.mail.WorkerState;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Says that it is ready, and answers scans with anything at all. */
final class FakeWorker implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger probed = new AtomicInteger();
    private final int status;
    private final String verdict;
    private volatile CountDownLatch holding = new CountDownLatch(0);

    FakeWorker(String verdict) throws IOException {
        this(ScanWire.OK, verdict);
    }

    /** @param status of its answer to a scan */
    FakeWorker(int status, String verdict) throws IOException {
        this.status = status;
        this.verdict = verdict;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How often it was asked to scan. */
    int asked() {
        return asked.get();
    }

    /** How often it was asked how it is. */
    int probed() {
        return probed.get();
    }

    /** From now on it does not say how it is. */
    void holdsProbes() {
        holding = new CountDownLatch(1);
    }

    void answersProbes() {
        holding.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            boolean scan = exchange.getRequestURI().getPath().equals(ScanWire.SCAN);
            asked.addAndGet(scan ? 1 : 0);
            var octets = scan ? verdict.getBytes(UTF_8) : ScanWire.json(new WorkerStatus(WorkerState.READY, 0, 8, ""));
            if (!scan) {
                probed.incrementAndGet();
                holding.await();
            }
            exchange.sendResponseHeaders(scan ? status : ScanWire.OK, octets.length);
            exchange.getResponseBody().write(octets);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
