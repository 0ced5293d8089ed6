package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/** Postfix's smtp-sink, which writes each message it takes to a file of its own, in its own form, with LF. */
final class SmtpSink implements AutoCloseable {
    private final Process process;
    private final Path dumps;
    private final int port;

    private SmtpSink(Process process, Path dumps, int port) {
        this.process = process;
        this.dumps = dumps;
        this.port = port;
    }

    /** Keeps what it takes. */
    static SmtpSink keeping(Path directory) throws IOException {
        return start(directory, "-d '%Y%m%d.'");
    }

    /** Forgets what it takes. */
    static SmtpSink forgetting(Path directory) throws IOException {
        return start(directory, "");
    }

    private static SmtpSink start(Path directory, String options) throws IOException {
        Programs.need("smtp-sink");
        var dumps = openToAll(Files.createTempDirectory("mailvane-sink"));
        int port = NextHop.unusedPort();
        // It refuses to serve as root.
        var user = System.getProperty("user.name").equals("root") ? "-u nobody " : "";
        var process = Programs.start(
                dumps,
                directory.resolve("smtp-sink.out"),
                "exec smtp-sink " + user + options + " 127.0.0.1:" + port + " 200");
        var sink = new SmtpSink(process, dumps, port);
        await().atMost(Duration.ofSeconds(30)).until(() -> answers(port));
        return sink;
    }

    private static Path openToAll(Path folder) throws IOException {
        return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    static boolean answers(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getInputStream().read() == '2';
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    List<String> messages() throws IOException {
        try (var files = Files.list(dumps)) {
            return files.map(SmtpSink::read).filter(text -> !text.isEmpty()).toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (var files = Files.list(dumps)) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(dumps);
    }
}
