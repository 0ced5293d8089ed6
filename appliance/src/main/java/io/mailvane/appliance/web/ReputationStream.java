package io.mailvane.appliance.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Tells browsers by server-sent events that the reputation changed. Each reader holds its request's thread; there are few,
 * and one too many is sent away, which a page answers by asking again and again.
 *
 * <p>Not one of Jersey's resources: that holds back what is written until 8 KiB have come together.
 */
final class ReputationStream implements HttpHandler {
    static final String PATH = "/api/v1/reputation/events";
    static final int READERS = 64;

    /** Peers are pulled, so what they tell is looked at now and then. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Says to both ends, and to what is between them, that the line still stands. */
    private static final int LOOKS_PER_SIGN = 15;

    private final Supplier<String> sight;
    private final Semaphore places = new Semaphore(READERS);
    private final AtomicReference<CountDownLatch> next = new AtomicReference<>(new CountDownLatch(1));

    private volatile boolean ended;

    /** @param sight differs when a reader would see something else */
    ReputationStream(Supplier<String> sight) {
        this.sight = sight;
    }

    /** Wakes all readers to look. */
    void changed() {
        next.getAndSet(new CountDownLatch(1)).countDown();
    }

    /** All readers are sent away, to ask again whoever answers then. */
    void end() {
        ended = true;
        changed();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(PATH)) {
            Access.answer(exchange, Problem.of(Response.Status.NOT_FOUND, "nothing is found at this path"));
        } else if (!exchange.getRequestMethod().equals("GET")) {
            Access.answer(
                    exchange, Problem.of(Response.Status.METHOD_NOT_ALLOWED, "this path does not take this method"));
        } else if (exchange.getRequestURI().getRawQuery() != null) {
            Access.answer(exchange, Problem.of(Response.Status.BAD_REQUEST, "unknown parameter; known: none"));
        } else if (places.tryAcquire()) {
            try {
                serve(exchange);
            } finally {
                places.release();
            }
        } else {
            Access.answer(
                    exchange,
                    Problem.of(Response.Status.SERVICE_UNAVAILABLE, "too many read this stream: ask again later"));
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(Response.Status.OK.getStatusCode(), 0);
        try {
            write(exchange.getResponseBody());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(OutputStream to) throws IOException, InterruptedException {
        var known = sight.get();
        send(to, "retry: 2000\n\n" + event(known));
        for (int look = 1; !ended; look++) {
            await();
            var current = sight.get();
            if (!current.equals(known)) {
                known = current;
                send(to, event(known));
            } else if (look % LOOKS_PER_SIGN == 0) {
                send(to, ":\n\n");
            }
        }
    }

    /** What changes just before is seen at the next look. */
    private void await() throws InterruptedException {
        var _ = next.get().await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String event(String sight) {
        return "event: changed\ndata: " + sight + "\n\n";
    }

    private static void send(OutputStream to, String text) throws IOException {
        to.write(text.getBytes(StandardCharsets.UTF_8));
        to.flush();
    }
}
