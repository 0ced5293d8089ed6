package io.mailvane.scanning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A scanner of the system's, run as its own process with a configuration of the test's; ended by {@link #close}. */
final class RealProgram implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;

    private RealProgram(Process process) {
        this.process = process;
    }

    /** Skips the test where the program is not installed. Returns when something listens on {@code port} of loopback. */
    static RealProgram start(Path directory, int port, String name, String... arguments) throws IOException {
        var program = path(name);
        var log = directory.resolve(name + ".log").toFile();
        var process = new ProcessBuilder(
                        Stream.concat(Stream.of(program), Stream.of(arguments)).toList())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        await(name).atMost(START).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(log.toPath())).isTrue();
            return listens(port);
        });
        return new RealProgram(process);
    }

    private static String path(String name) {
        var found = List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin").stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), name + " is not installed");
        return found.orElseThrow().toString();
    }

    private static boolean listens(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** One that was free a moment ago. */
    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.onExit().join();
    }
}
