package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Real programs of others. */
final class Programs {
    private Programs() {}

    /** Skips the test, by the program's name, where it is not installed. */
    static void need(String program) {
        var path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        assumeTrue(
                Stream.of(path.split(File.pathSeparator)).anyMatch(p -> Files.isExecutable(Path.of(p, program))),
                "needs " + program);
    }

    /** Runs a line to its good end. */
    static void shell(Path directory, String line) throws IOException, InterruptedException {
        var output = directory.resolve("shell");
        int status = new ProcessBuilder("bash", "-c", line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        assertThat(status).as("%s: %s", line, Files.readString(output)).isZero();
    }
}
