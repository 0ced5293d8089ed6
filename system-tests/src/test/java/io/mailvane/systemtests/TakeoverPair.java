package io.mailvane.systemtests;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Two nodes on one local volume whose mail is scanned by workers of theirs, all of which may be killed, frozen, and started again. */
final class TakeoverPair implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofMinutes(2);
    /** What came while there was no worker is scanned only now. */
    private static final Duration ALL_SCANNED = Duration.ofMinutes(15);

    private final Path directory;
    private final Installation program;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Map<String, NodeProcess> nodes = new HashMap<>();

    private TakeoverPair(Path directory, Installation program) {
        this.directory = directory;
        this.program = program;
    }

    /** Mail goes to a host on loopback. */
    static TakeoverPair start(Path directory, int nextHop) throws IOException {
        var pair = new TakeoverPair(directory, install(directory.resolve("installed")));
        pair.nextWorkersAre("usual");
        for (var zone : List.of("a", "b")) {
            pair.ports.put(zone, NextHop.unusedPort());
            pair.configure(zone, nextHop);
            pair.start(zone);
        }
        return pair;
    }

    /** Its workers are the program's, or not: a file beside it says how the next are. */
    private static Installation install(Path home) throws IOException {
        var installed = Installation.in(home);
        Files.move(home.resolve("mailvane"), home.resolve("program"));
        Files.writeString(home.resolve("mailvane"), """
                #!/bin/bash
                here=$(dirname "$(readlink -f "$0")")
                if [ "${1:-}" = scan-worker ]; then
                  case $(cat "$here/workers") in
                    small) export MAILVANE_JAVA_OPTS="-Xms4m -Xmx6m" ;;
                    lying) exec "$MAILVANE_JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -cp '%s' %s "$@" ;;
                  esac
                fi
                exec "$here/program" "$@"
                """.formatted(
                        System.getProperty("java.class.path"), LyingWorker.class.getName()));
        Files.setPosixFilePermissions(home.resolve("mailvane"), PosixFilePermissions.fromString("rwxr-xr-x"));
        return installed;
    }

    private void configure(String zone, int nextHop) throws IOException {
        var settings = """
            [queue]
            volume = "%s"
            segment-size = "4MiB"
            lease-term = "4s"
            retry = ["2s"]
            [scan]
            engines = ["builtin"]
            workers = { min = 1, max = 2, idle = "5s" }
            """.formatted(directory.resolve("volume"));
        NodeFile.writeZone(zone, directory(zone), NodeFile.toHost("shop.example", nextHop), settings);
        var file = directory(zone).resolve("node.toml");
        var address = "127.0.0.1:" + smtp(zone).getPort();
        Files.writeString(file, Files.readString(file).replaceFirst("127.0.0.1:0", address));
    }

    Path directory(String zone) {
        return directory.resolve(zone);
    }

    InetSocketAddress smtp(String zone) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Objects.requireNonNull(ports.get(zone)));
    }

    NodeProcess node(String zone) {
        return Objects.requireNonNull(nodes.get(zone));
    }

    /** How workers are that are started from now on: usual, small or lying. */
    void nextWorkersAre(String how) throws IOException {
        Files.writeString(program.home().resolve("workers"), how);
    }

    void start(String zone) throws IOException {
        nodes.put(zone, NodeProcess.start(program, directory(zone), Map.of()));
    }

    void kill(String zone) {
        node(zone).kill();
    }

    /** The partition that it takes mail to. */
    String own(String zone) throws IOException, InterruptedException {
        return partitions(zone).getFirst();
    }

    /** Its own first. */
    List<String> partitions(String zone) throws IOException, InterruptedException {
        var all = new ArrayList<String>();
        node(zone)
                .get("/api/v1/node")
                .path("partitions")
                .forEach(each -> all.add(each.path("directory").asText()));
        return all;
    }

    void awaitAdoption(String by, String partition) {
        await().atMost(DEADLINE).until(() -> partitions(by).contains(partition));
    }

    /** Where the claims of a partition lie. */
    Path claims(String partition) {
        return directory.resolve("volume").resolve(partition).resolve("lease");
    }

    /** How often it said that it is ready. */
    long timesReady(String zone) throws IOException {
        return node(zone)
                .output()
                .lines()
                .filter(line -> line.startsWith("READY "))
                .count();
    }

    /** The processes of its workers. */
    List<Long> workers(String zone) throws IOException, InterruptedException {
        var pids = new ArrayList<Long>();
        for (var worker : node(zone).get("/api/v1/workers").path("workers")) {
            if (worker.path("pid").asLong() > 0) {
                pids.add(worker.path("pid").asLong());
            }
        }
        return pids;
    }

    void signalWorkers(String signal) throws IOException, InterruptedException {
        for (var zone : nodes.keySet()) {
            for (long pid : workers(zone)) {
                new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor();
            }
        }
    }

    /** What is kept for good of what was found. */
    List<String> quarantined() throws IOException, InterruptedException {
        var qids = new ArrayList<String>();
        for (var node : nodes.values()) {
            JsonNode page = node.get("/api/v1/queue?state=quarantined&limit=1000");
            page.path("messages").forEach(each -> qids.add(each.path("qid").asText()));
        }
        return qids;
    }

    /** Waits until nothing is on its way; who waits for a reply that was lost does so no more. */
    void awaitEmpty() {
        await().atMost(ALL_SCANNED).until(this::isEmpty);
    }

    private boolean isEmpty() throws IOException, InterruptedException {
        boolean isEmpty = true;
        for (var node : nodes.values()) {
            node.command("queue", "retry", "--state", "deferred");
            var messages = node.get("/api/v1/queue/counts").path("messages");
            isEmpty &= messages.path("total").asInt(-1)
                    == messages.path("quarantined").asInt();
        }
        return isEmpty;
    }

    /** What both wrote to their logs. */
    List<String> log() throws IOException {
        var lines = new ArrayList<String>();
        for (var zone : nodes.keySet()) {
            lines.addAll(Files.readAllLines(directory(zone).resolve("err")));
        }
        return lines;
    }

    @Override
    public void close() {
        nodes.values().forEach(NodeProcess::close);
    }
}
