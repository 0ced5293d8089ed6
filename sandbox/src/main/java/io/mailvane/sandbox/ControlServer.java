package io.mailvane.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The commands of a running sandbox by HTTP on loopback: {@code GET /status}, {@code POST /list}, {@code /delist} and {@code
 * /answer} with their words as query parameters; answers are JSON, refusals problem details (RFC 9457).
 */
final class ControlServer implements AutoCloseable {
    private final HttpServer http;
    private final World world;
    private final byte[] authorization;
    private final Consumer<String> journal;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ControlServer(HttpServer http, World world, String token, Consumer<String> journal) {
        this.http = http;
        this.world = world;
        authorization = octets("Bearer " + token);
        this.journal = journal;
    }

    /** Takes the port, so that it can be announced; nothing is answered before {@link #answer}. */
    static ControlServer bind(int port, World world, String token, Consumer<String> journal) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        return new ControlServer(http, world, token, journal);
    }

    InetSocketAddress address() {
        return http.getAddress();
    }

    void answer(Announcement announcement) {
        http.setExecutor(threads);
        http.createContext(
                "/", exchange -> refuse(exchange, 404, exchange.getRequestURI().getPath() + " is nothing here"));
        serve("GET", "/status", query -> world.status(announcement));
        serve(
                "POST",
                "/list",
                query -> world.list(query.one("ip"), query.all("code"), query.maybe("zone"), query.maybe("reason")));
        serve("POST", "/delist", query -> world.delist(query.one("ip"), query.maybe("zone")));
        serve(
                "POST",
                "/answer",
                query -> world.answer(
                        query.one("target"),
                        query.all("word"),
                        query.maybe("phase").map(Phase::parse).orElse(Phase.RCPT)));
        http.start();
    }

    /** Names and values of a request, in their order. */
    private record Query(Map<String, List<String>> values) {
        static Query of(HttpExchange exchange) {
            var values = new HashMap<String, List<String>>();
            for (var pair : Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                    .orElse("")
                    .split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    values.computeIfAbsent(decoded(pair.substring(0, equals)), name -> new ArrayList<>())
                            .add(decoded(pair.substring(equals + 1)));
                }
            }
            return new Query(values);
        }

        private static String decoded(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw new UsageException(text + " is not encoded as a query is");
            }
        }

        List<String> all(String name) {
            return values.getOrDefault(name, List.of());
        }

        Optional<String> maybe(String name) {
            return all(name).stream().findFirst();
        }

        String one(String name) {
            return maybe(name).orElseThrow(() -> new UsageException(name + " is missing"));
        }
    }

    private void serve(String method, String path, Function<Query, Object> command) {
        http.createContext(path, exchange -> {
            try {
                answer(exchange, method, command);
            } catch (RuntimeException e) {
                journal.accept("a fault of its own at " + path + ": " + e);
                refuse(exchange, 500, "a fault of the sandbox; its log says more");
            }
        });
    }

    private void answer(HttpExchange exchange, String method, Function<Query, Object> command) throws IOException {
        if (!isForUs(exchange)) {
            refuse(exchange, 401, "the token of run/control.token is missing");
        } else if (!exchange.getRequestMethod().equals(method)) {
            refuse(exchange, 405, "only " + method);
        } else {
            try {
                var query = Query.of(exchange);
                var answer = command.apply(query);
                if (!method.equals("GET")) {
                    journal.accept(exchange.getRequestURI().getPath() + " " + query.values());
                }
                send(exchange, 200, "application/json", Json.text(answer));
            } catch (UsageException e) {
                refuse(exchange, 400, String.valueOf(e.getMessage()));
            } catch (NotFoundException e) {
                refuse(exchange, 404, String.valueOf(e.getMessage()));
            }
        }
    }

    /** The token shuts out other users; a page in a browser cannot know it, whatever name it found for our address. */
    private boolean isForUs(HttpExchange exchange) {
        var given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
        return MessageDigest.isEqual(octets(given.orElse("")), authorization);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Problem details. */
    private record Problem(int status, String title, String detail) {}

    private static void refuse(HttpExchange exchange, int status, String detail) throws IOException {
        var title = switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Unauthorized";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            default -> "Internal error";
        };
        send(exchange, status, "application/problem+json", Json.text(new Problem(status, title, detail)));
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        var octets = octets(text + "\n");
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, octets.length);
            exchange.getResponseBody().write(octets);
        }
    }

    @Override
    public void close() {
        http.stop(0);
        threads.close();
    }
}
