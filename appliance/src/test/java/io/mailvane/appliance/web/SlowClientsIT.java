package io.mailvane.appliance.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes no further loses its connection, here after a second, which a JVM is told at its start. */
class SlowClientsIT {
    private static final int PATIENCE_MILLIS = 60_000;

    @TempDir
    static Path folder;

    private static Process child;
    private static int port;

    @BeforeAll
    static void start() throws IOException {
        child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dsun.net.httpserver.maxReqTime=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ChildServer.class.getName(),
                        folder.toString())
                .start();
        port = port(child.errorReader(StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() {
        child.destroyForcibly();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTT",
                "GET / HTTP/1.1\r\nHost: loc",
                "POST /api/v1/queue/hold HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + WebKit.TOKEN
                        + "\r\nContent-Length: 100\r\n\r\n{",
            })
    void areCutInTheMiddleOfARequest(String begun) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(begun.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    private static int port(BufferedReader said) throws IOException {
        for (var line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("port ")) {
                return Integer.parseInt(line.substring("port ".length()));
            }
        }
        throw new IOException("the server did not start");
    }

    @Test
    void haveAMinuteForARequestAndHalfAnHourForAnAnswer(@TempDir Path own) throws IOException {
        new WebKit(own).close();
        assertThat(System.getProperty("sun.net.httpserver.maxReqTime")).isEqualTo("60");
        assertThat(System.getProperty("sun.net.httpserver.maxRspTime")).isEqualTo("1800");
    }
}
