package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A running {@link EdgeProgram} under the shim; closing it is a kill -9. */
final class EdgeProcess implements AutoCloseable {
    static final QueueSettings SETTINGS = new QueueSettings(
            "zone-a", new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(1)), 1 << 16, 100);
    private static final Duration START_DEADLINE = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final int port;

    /** @param faults the shim's settings, as its first lines list them */
    EdgeProcess(Path directory, ForceShim shim, Map<String, String> faults) throws IOException {
        output = directory.resolve("output");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EdgeProgram.class.getName(),
                        directory.resolve("queue").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(faults);
        shim.preloadInto(builder.environment());
        process = builder.start();
        port = awaitPort();
    }

    private int awaitPort() {
        try {
            return await().atMost(START_DEADLINE)
                    .until(this::announcedPort, Optional::isPresent)
                    .orElseThrow();
        } catch (RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private Optional<Integer> announcedPort() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the program ended: " + Files.readString(output));
        }
        return Files.readString(output)
                .lines()
                .filter(line -> line.startsWith("READY "))
                .map(line -> Integer.parseInt(line.substring("READY ".length())))
                .findFirst();
    }

    SmtpTalk connect() throws IOException {
        return new SmtpTalk(port);
    }

    /** Kill -9, and waits until the process is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
