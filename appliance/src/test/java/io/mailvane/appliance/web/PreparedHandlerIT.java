package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that come before, while and after a handler is made. */
class PreparedHandlerIT {
    private final HttpClient client = HttpClient.newHttpClient();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        client.close();
    }

    @Test
    void keepsARequestUntilTheHandlerIsMade() throws Exception {
        var arrived = new CountDownLatch(1);
        var made = new CompletableFuture<HttpHandler>();
        var handler = new PreparedHandler(made::join);
        serve(exchange -> {
            arrived.countDown();
            handler.handle(exchange);
        });
        var answer = client.sendAsync(request(), HttpResponse.BodyHandlers.ofString());
        arrived.await();
        assertThat(answer).isNotDone();
        made.complete(PreparedHandlerIT::greet);
        assertThat(answer.get().body()).isEqualTo("made");
    }

    @Test
    void answersWithAFaultIfItCannotBeMade() throws Exception {
        Supplier<HttpHandler> broken = () -> {
            throw new IllegalStateException("not wired");
        };
        serve(new PreparedHandler(broken));
        assertThat(client.send(request(), HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(500);
    }

    private void serve(HttpHandler handler) {
        server.createContext("/", handler)
                .getFilters()
                .add(new Access(new Secret("token"), "127.0.0.1", Problem::detail));
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/healthz"))
                .build();
    }

    private static void greet(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        try (var body = exchange.getResponseBody()) {
            body.write("made".getBytes(StandardCharsets.UTF_8));
        }
    }
}
