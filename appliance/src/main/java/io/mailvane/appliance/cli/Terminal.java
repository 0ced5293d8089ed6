package io.mailvane.appliance.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command sees of the world it was typed in.
 *
 * @param environment variables, those of the launcher among them
 */
public record Terminal(OutputStream output, PrintWriter out, PrintWriter err, Map<String, String> environment) {
    /** Of a program's own streams. */
    public static Terminal of(OutputStream output, OutputStream errors, Map<String, String> environment) {
        return new Terminal(
                output,
                new PrintWriter(output, true, StandardCharsets.UTF_8),
                new PrintWriter(errors, true, StandardCharsets.UTF_8),
                Map.copyOf(environment));
    }

    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /** The checkout or the place of installation. */
    Path home() {
        return Path.of(variable("MAILVANE_HOME").orElse(".")).toAbsolutePath().normalize();
    }
}
