package io.mailvane.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands a sandbox that runs. Every failure is a {@link CommandException} with its sentence. */
final class ControlClient {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Path directory;

    ControlClient(Path directory) {
        this.directory = directory;
    }

    /** A request's words as query parameters. */
    static final class Parameters {
        private final List<String> pairs = new ArrayList<>();

        Parameters with(String name, String value) {
            pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
            return this;
        }

        Parameters with(String name, List<String> values) {
            values.forEach(value -> with(name, value));
            return this;
        }

        Parameters with(String name, Optional<String> value) {
            value.ifPresent(present -> with(name, present));
            return this;
        }

        private String text() {
            return String.join("&", pairs);
        }
    }

    JsonNode get(String path) {
        return ask("GET", path, new Parameters());
    }

    JsonNode post(String path, Parameters parameters) {
        return ask("POST", path, parameters);
    }

    private JsonNode ask(String method, String path, Parameters parameters) {
        try {
            var announced = RunFolder.announced(directory).orElseThrow(this::notRunning);
            var uri = URI.create("http://" + announced.path("control").asText() + path + "?" + parameters.text());
            // Not java.net.http: it would take as long to load as all the rest of the command.
            var connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setRequestProperty("Authorization", "Bearer " + RunFolder.token(directory));
            return answer(connection);
        } catch (IOException e) {
            throw notRunning();
        }
    }

    private CommandException notRunning() {
        return new CommandException(
                ExitStatus.NOT_REACHED, "no sandbox runs in " + directory + "; \"mailvane up\" starts one");
    }

    private static JsonNode answer(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            var answer = read(body);
            if (status < 400) {
                return answer;
            }
            var sentence = answer.path("detail").asText("the sandbox answers with HTTP status " + status);
            throw new CommandException(
                    switch (status) {
                        case 400 -> ExitStatus.USAGE;
                        case 401, 404 -> ExitStatus.REFUSED;
                        default -> ExitStatus.FAULT;
                    },
                    sentence);
        }
    }

    private static JsonNode read(InputStream body) throws IOException {
        try {
            return Json.read(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw new CommandException(ExitStatus.FAULT, "what answers is no sandbox");
        }
    }
}
