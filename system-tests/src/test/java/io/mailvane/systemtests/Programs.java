package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Real programs of others. */
final class Programs {
    private Programs() {}

    /** Skips the test, by the program's name, where it is not installed. */
    static void need(String program) {
        var path = Objects.requireNonNullElse(System.getenv("PATH"), "") + ":/usr/sbin";
        assumeTrue(
                Stream.of(path.split(File.pathSeparator)).anyMatch(p -> Files.isExecutable(Path.of(p, program))),
                "needs " + program);
    }

    /** Skips the test where it does not run as root, which the program demands. */
    static void needRootFor(String program) {
        need(program);
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root for " + program);
    }

    /**
     * Begins a command that answers SIGINT and SIGHUP also where whoever runs the tests ignores them, as {@code nohup} and a
     * shell's {@code &} do: what a process ignores its children ignore.
     */
    static List<String> hearingSignals(Map<String, String> environment) {
        var command = new ArrayList<>(List.of("env", "--default-signal=HUP,INT"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        return command;
    }

    /** Runs a line to its good end. */
    static void shell(Path directory, String line) throws IOException, InterruptedException {
        output(directory, line);
    }

    /** What a line prints, run to its good end. */
    static String output(Path directory, String line) throws IOException, InterruptedException {
        var output = Files.createTempFile("shell", "");
        try {
            int status = start(directory, output, line).waitFor();
            assertThat(status).as("%s: %s", line, Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** Starts a line whose last command takes the shell's place. */
    static Process start(Path directory, Path output, String line) throws IOException {
        var builder = new ProcessBuilder("bash", "-c", "PATH=$PATH:/usr/sbin; " + line);
        return builder.directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
