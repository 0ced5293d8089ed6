package io.mailvane.sandbox;

import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the program sees of the machine it runs on.
 *
 * @param environment variables, those of the launcher among them
 * @param nanoTicker never goes back
 */
record Surroundings(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        InstantSource clock,
        LongSupplier nanoTicker) {
    Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Where the sandbox of the checkout keeps its things. */
    Path directory() {
        return Path.of(environment.getOrDefault("MAILVANE_HOME", ".")).resolve("var/sandbox");
    }
}
