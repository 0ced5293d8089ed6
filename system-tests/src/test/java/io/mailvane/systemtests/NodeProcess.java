package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A node of the packaged program, as a process of its own; closing it is a kill -9. */
final class NodeProcess implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Path directory;
    private final Process process;

    private NodeProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    /** A process that was started otherwise, and whose node keeps its data in {@code directory/data}. */
    static NodeProcess of(Path directory, Process process) {
        return new NodeProcess(directory, process);
    }

    /** Starts {@code node.toml} of the directory, and waits for READY. */
    static NodeProcess start(Path directory, Map<String, String> environment) throws IOException {
        return start(Installation.shared(), directory, environment);
    }

    /** As {@link #start(Path, Map)}, of a program of one's own. */
    static NodeProcess start(Installation program, Path directory, Map<String, String> environment) throws IOException {
        var node = begin(program, directory, environment);
        try {
            await().atMost(DEADLINE).until(node::isReady);
            return node;
        } catch (RuntimeException e) {
            node.close();
            throw e;
        }
    }

    static NodeProcess start(Path directory) throws IOException {
        return start(directory, Map.of());
    }

    /** As {@link #start(Path)}, and waits for nothing. */
    static NodeProcess begin(Path directory) throws IOException {
        return begin(Installation.shared(), directory, Map.of());
    }

    private static NodeProcess begin(Installation program, Path directory, Map<String, String> environment)
            throws IOException {
        Files.deleteIfExists(directory.resolve("data/run/node.json"));
        var command = program.command(environment, "run", "--config", "node.toml");
        return new NodeProcess(directory, launch(directory, command));
    }

    /** What a command printed, and how it ended. */
    record Ended(int status, String output, String errors) {}

    /** Runs one command of the program to its end. */
    static Ended run(Path directory, String... arguments) throws IOException, InterruptedException {
        var into = Files.createTempDirectory(directory, "command");
        int status =
                launch(into, Installation.shared().command(Map.of(), arguments)).waitFor();
        return new Ended(status, Files.readString(into.resolve("out")), Files.readString(into.resolve("err")));
    }

    private static Process launch(Path directory, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("err").toFile()))
                .start();
    }

    private boolean isReady() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the node ended: " + errors());
        }
        return output().contains("READY ");
    }

    String output() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    String errors() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    JsonNode announced() throws IOException {
        return new ObjectMapper()
                .readTree(directory.resolve("data/run/node.json").toFile());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    int smtpPort() throws IOException {
        return port(announced().path("listeners").path("mx").asText());
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    String url() throws IOException {
        return "http://" + announced().path("http").asText();
    }

    Path tokenFile() {
        return directory.resolve("data/run/admin.token");
    }

    /** The answer of a path that may be read without a token. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(response(path).body());
    }

    /** What the node says of a message. */
    JsonNode message(String qid) throws IOException, InterruptedException {
        return get("/api/v1/queue/" + qid);
    }

    /** How many messages wait, in whatever state. */
    int queued() throws IOException, InterruptedException {
        return get("/api/v1/queue/counts").path("messages").path("total").asInt(-1);
    }

    HttpResponse<String> response(String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url() + path)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    /** A command that means this node. */
    Ended command(String... arguments) throws IOException, InterruptedException {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", url(), "--token-file", tokenFile().toString()));
        return run(directory, all.toArray(String[]::new));
    }

    SmtpTalk connect() throws IOException {
        return new SmtpTalk(smtpPort());
    }

    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** SIGTERM; returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exitStatus();
    }

    /** Of a node that has been told to end. */
    int exitStatus() throws InterruptedException {
        return process.waitFor();
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
