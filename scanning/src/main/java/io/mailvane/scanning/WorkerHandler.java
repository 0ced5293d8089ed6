package io.mailvane.scanning;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.mailvane.mail.LogLine;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a worker answers. Any number of threads. */
final class WorkerHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerHandler.class);

    private final WorkerSettings settings;
    private final Engines engines;
    private final WorkerGate gate;
    private final LongSupplier nanoTime;

    WorkerHandler(WorkerSettings settings, Engines engines, WorkerGate gate, LongSupplier nanoTime) {
        this.settings = settings;
        this.engines = engines;
        this.gate = gate;
        this.nanoTime = nanoTime;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!isAllowed(exchange)) {
                answer(exchange, ScanWire.UNAUTHORIZED, error("no token"));
                return;
            }
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET " + ScanWire.STATUS -> answer(exchange, ScanWire.OK, gate.status());
                case "POST " + ScanWire.SCAN -> enter(exchange);
                default -> answer(exchange, ScanWire.NOT_FOUND, error("there is /scan and /status"));
            }
        }
    }

    private boolean isAllowed(HttpExchange exchange) {
        return settings.access().secret().map(token -> shows(exchange, token)).orElse(true);
    }

    /** In the same time for every wrong token. */
    private static boolean shows(HttpExchange exchange, Secret token) {
        var shown = Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Authorization"), "");
        return MessageDigest.isEqual(
                shown.getBytes(StandardCharsets.UTF_8), bearer(token).getBytes(StandardCharsets.UTF_8));
    }

    static String bearer(Secret token) {
        return "Bearer " + token.reveal();
    }

    private void enter(HttpExchange exchange) throws IOException {
        if (!gate.enter()) {
            answer(exchange, ScanWire.NO_ROOM, gate.status());
            return;
        }
        try {
            var answer = scanMakingRoom(exchange);
            answer(exchange, answer.status(), answer.body());
        } finally {
            gate.leave();
        }
    }

    private record Answer(int status, Object body) {}

    /** Whatever becomes of the scan, its room is another's when it has ended. */
    private Answer scanMakingRoom(HttpExchange exchange) {
        try {
            return scan(exchange);
        } finally {
            gate.ended();
        }
    }

    private Answer scan(HttpExchange exchange) {
        try {
            var deadline = deadline(exchange);
            var transaction = ScanWire.transaction(exchange.getRequestBody());
            try (var spool = Spool.of(exchange.getRequestBody(), settings.spool())) {
                return new Answer(
                        ScanWire.OK, engines.scan(new ScanRequest(transaction, spool.size(), spool), deadline));
            }
        } catch (ScanException e) {
            return new Answer(ScanWire.FAILED, error(String.valueOf(e.getMessage())));
        } catch (IOException | NumberFormatException e) {
            return new Answer(ScanWire.BAD_REQUEST, error(String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(ScanWire.FAILED, error("the worker ends"));
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "worker-fault"), e);
            return new Answer(ScanWire.FAILED, error("fault"));
        }
    }

    private Deadline deadline(HttpExchange exchange) {
        var within = exchange.getRequestHeaders().getFirst(ScanWire.WITHIN);
        var longest = Deadline.in(settings.longest(), nanoTime);
        return within == null ? longest : longest.within(Duration.ofMillis(Long.parseLong(within)));
    }

    private static Map<String, String> error(String text) {
        return Map.of("error", text);
    }

    private void answer(HttpExchange exchange, int status, Object body) throws IOException {
        var octets = ScanWire.json(body);
        var load = gate.status();
        var fields = exchange.getResponseHeaders();
        fields.set("Content-Type", "application/json");
        fields.set(ScanWire.IN_FLIGHT, Integer.toString(load.inFlight()));
        fields.set(ScanWire.CAPACITY, Integer.toString(load.capacity()));
        exchange.sendResponseHeaders(status, octets.length);
        try (var out = exchange.getResponseBody()) {
            out.write(octets);
        }
    }
}
