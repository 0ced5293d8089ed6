package io.mailvane.appliance.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mailvane.appliance.config.Configuration;
import io.mailvane.appliance.config.ConfigurationException;
import io.mailvane.appliance.config.ConfigurationFile;
import io.mailvane.appliance.node.Node;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Asks a running node by REST. */
final class NodeClient {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofMinutes(2);
    private static final int OK = 200;
    private static final int REDIRECT = 300;
    private static final int BAD_REQUEST = 400;

    private static final int FAULT = 500;
    private static final int UNAVAILABLE = 503;
    private static final Set<String> SCHEMES = Set.of("http", "https");
    private static final String NO_URL = "a node's URL is http://HOST:PORT or https://HOST:PORT, not ";
    private static final String SAMPLE_TOKEN = "var/zone-a/run/admin.token";

    private final URI base;
    private final Optional<String> token;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    private NodeClient(URI base, Optional<String> token) {
        this.base = base;
        this.token = token;
    }

    /** The node that options, else the environment, else the sample nodes of {@code up} name. */
    static NodeClient of(NodeAddress address, Terminal terminal) {
        var config = address.config();
        if (config.isEmpty()
                && address.url().isEmpty()
                && terminal.variable("MAILVANE_URL").isEmpty()) {
            config = terminal.variable("MAILVANE_CONFIG").map(Path::of);
        }
        if (config.isPresent()) {
            return ofConfiguration(config.get(), address);
        }
        var url = address.url().or(() -> terminal.variable("MAILVANE_URL"));
        var named = address.tokenFile()
                .or(() -> terminal.variable("MAILVANE_TOKEN_FILE").map(Path::of));
        var token = named.isPresent()
                ? Optional.of(namedToken(named.get()))
                : url.isPresent()
                        ? Optional.<String>empty()
                        : token(terminal.home().resolve(SAMPLE_TOKEN));
        return new NodeClient(uri(url.orElse("http://127.0.0.1:8025")), token);
    }

    private static NodeClient ofConfiguration(Path file, NodeAddress address) {
        try {
            var configuration = ConfigurationFile.read(file, Node.installedProviders());
            var run = configuration.node().run();
            var token = address.tokenFile().isPresent()
                    ? Optional.of(namedToken(address.tokenFile().get()))
                    : token(run.resolve("admin.token"));
            return new NodeClient(uri(address.url().orElseGet(() -> announced(configuration))), token);
        } catch (ConfigurationException e) {
            throw new CommandException(ExitStatus.CONFIGURATION, String.join("\n", e.problems()));
        }
    }

    private static String announced(Configuration configuration) {
        var file = configuration.node().run().resolve("node.json");
        var scheme = configuration.http().tls().isPresent() ? "https://" : "http://";
        try {
            return scheme
                    + new ObjectMapper()
                            .readTree(Files.readString(file))
                            .path("http")
                            .asText();
        } catch (IOException e) {
            throw new CommandException(
                    ExitStatus.NOT_REACHED, "node " + configuration.node().name() + " does not run: no " + file);
        }
    }

    private static URI uri(String text) {
        try {
            var uri = URI.create(text.endsWith("/") ? text : text + "/");
            if (uri.getHost() != null
                    && SCHEMES.contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitStatus.USAGE, NO_URL + text);
        }
        throw new CommandException(ExitStatus.USAGE, NO_URL + text);
    }

    private static String namedToken(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new CommandException(ExitStatus.USAGE, "the token file: " + Sentences.of(e));
        }
    }

    /** What only reads needs no token on loopback; what it lacks otherwise, the node says. */
    private static Optional<String> token(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    JsonNode get(String path) {
        return json(send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString()));
    }

    JsonNode post(String path, JsonNode body) {
        var request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
        return json(send(request, HttpResponse.BodyHandlers.ofString()));
    }

    /** The answer as it comes; the caller closes it. */
    InputStream stream(String path) {
        var response = send(request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (response.statusCode() == OK) {
            return response.body();
        }
        try (var body = response.body()) {
            throw refused(
                    response.statusCode(), new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreached(e);
        }
    }

    private HttpRequest.Builder request(String path) {
        var request =
                HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER).header("Accept", "application/json, */*");
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request, handler);
        } catch (IOException e) {
            throw unreached(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitStatus.NOT_REACHED, "interrupted");
        }
    }

    private CommandException unreached(IOException e) {
        return new CommandException(
                ExitStatus.NOT_REACHED, "no node answers at " + base + " (" + Sentences.of(e) + ")");
    }

    private JsonNode json(HttpResponse<String> response) {
        if (response.statusCode() < OK || response.statusCode() >= REDIRECT) {
            throw refused(response.statusCode(), response.body());
        }
        try {
            return new ObjectMapper().readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitStatus.NOT_REACHED, base + " is no Mailvane node: its answer is not JSON");
        }
    }

    private static CommandException refused(int status, String body) {
        try {
            var problem = new ObjectMapper().readTree(body);
            var text = new StringBuilder(
                    problem.path("detail").asText(problem.path("title").asText("HTTP " + status)));
            problem.path("problems").forEach(line -> text.append("\n  ").append(line.asText()));
            return new CommandException(exit(status), text.toString());
        } catch (JsonProcessingException e) {
            return new CommandException(exit(status), "HTTP " + status);
        }
    }

    /** What the node does not understand was typed wrongly: a word of a closed set, a mailbox, a number. */
    private static int exit(int status) {
        if (status == BAD_REQUEST) {
            return ExitStatus.USAGE;
        }
        return status >= FAULT && status != UNAVAILABLE ? ExitStatus.FAULT : ExitStatus.REFUSED;
    }
}
