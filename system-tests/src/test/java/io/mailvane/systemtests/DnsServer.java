package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A DNS server of others on loopback, as a process of ours that stays in the foreground. */
final class DnsServer implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Process process;

    private DnsServer(Process process) {
        this.process = process;
    }

    /**
     * Starts a line in a folder, and waits until the server serves.
     *
     * @param ready what it prints then; else the test fails with all that it printed
     */
    static DnsServer start(Path folder, String line, String ready) throws IOException {
        var output = folder.resolve("output");
        var server = new DnsServer(Programs.start(folder, output, "exec " + line));
        try {
            await().atMost(DEADLINE).until(() -> Files.readString(output).contains(ready) || !server.process.isAlive());
            assertThat(output).content().contains(ready);
            return server;
        } catch (RuntimeException | AssertionError e) {
            server.close();
            throw e;
        }
    }

    /** A port of loopback that is free for UDP and for TCP. */
    static int unusedPort() throws IOException {
        var loopback = InetAddress.getLoopbackAddress();
        try (var udp = new DatagramSocket(new InetSocketAddress(loopback, 0));
                var tcp = new ServerSocket(udp.getLocalPort(), 1, loopback)) {
            return tcp.getLocalPort();
        }
    }

    /** Kill -9, and waits until it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
