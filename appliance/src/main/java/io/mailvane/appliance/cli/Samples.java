package io.mailvane.appliance.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The configurations of the sample nodes, which are resources of the program. */
final class Samples {
    static final List<String> NAMES = List.of("zone-a", "zone-b");

    private Samples() {}

    /**
     * Writes one as {@code FOLDER/NAME.toml} and returns that path; what was there is replaced.
     *
     * @param change what becomes of its text
     */
    static Path write(Path folder, String name, UnaryOperator<String> change) throws IOException {
        try (var sample = Objects.requireNonNull(Samples.class.getResourceAsStream(name + ".toml"))) {
            var text = new String(sample.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(Files.createDirectories(folder).resolve(name + ".toml"), change.apply(text));
        }
    }
}
