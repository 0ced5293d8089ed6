package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scan workers of the packaged node come and go with its mail, and no mail is lost with them. */
@Order(7)
class WorkersIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String CONTENT = "Subject: to be scanned\r\n\r\nHello\r\n";

    @TempDir
    Path directory;

    private void configure(int min) throws IOException {
        NodeFile.write(directory, NodeFile.toMaildir("shop.example"), """
                [scan]
                engines = ["builtin"]
                workers = { min = %d, max = 2, idle = "1s" }
                """.formatted(min));
    }

    private static JsonNode workers(NodeProcess node) throws IOException, InterruptedException {
        return node.get("/api/v1/workers");
    }

    private static long awaitReady(NodeProcess node) {
        return await().atMost(DEADLINE)
                .until(() -> ready(node), pids -> !pids.isEmpty())
                .getFirst();
    }

    private static void awaitEnd(long pid) {
        await().atMost(DEADLINE).until(() -> !runs(pid));
    }

    /** One that ended and was left to nobody is no more than a number: it has no command line. */
    private static boolean runs(long pid) throws IOException {
        try {
            return !commandLine(pid).isEmpty();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static String commandLine(long pid) throws IOException {
        return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    }

    private static void kill(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor();
    }

    private Stream<String> arrived() throws IOException {
        return Maildir.of(directory, "shop.example", "you").messages().stream();
    }

    @Test
    void comeWithMailAndGoAfterwards() throws Exception {
        configure(0);
        var options = Map.of("MAILVANE_JAVA_OPTS", "-Dof=node", "MAILVANE_WORKER_JAVA_OPTS", "-Dof=worker");
        try (var node = NodeProcess.start(directory, options);
                var talk = node.connect()) {
            await().atMost(DEADLINE)
                    .until(() -> node.command("workers").output(), "wanted 0: nothing is to be scanned\n"::equals);

            assertThat(talk.sendMail(CONTENT)).startsWith("250 ");

            long worker = awaitReady(node);
            assertThat(commandLine(worker)).contains("-Dof=worker").doesNotContain("-Dof=node");
            await().atMost(DEADLINE).until(() -> arrived().count() == 1);
            assertThat(arrived()).allSatisfy(message -> assertThat(message).contains("X-Mailvane-Scan: builtin=clean"));
            awaitEnd(worker);
            await().atMost(DEADLINE).until(() -> workers(node).path("workers").isEmpty());
            var shown = new ObjectMapper()
                    .readTree(node.command("workers", "--json").output());
            assertThat(shown)
                    .isEqualTo(new ObjectMapper()
                            .readTree("{\"wanted\":0,\"why\":\"nothing is to be scanned\",\"workers\":[]}"));
            assertThat(node.response("/workers").body()).contains("No worker runs.", "nothing is to be scanned");
            assertThat(node.errors()).doesNotContain("level=error", "level=warn");
        }
    }

    @Test
    void areReplacedWhenTheyDieAndNoMailIsLostWithThem() throws Exception {
        configure(1);
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            long first = awaitReady(node);
            var replies = new ArrayList<String>();
            for (int i = 0; i < 30; i++) {
                replies.add(talk.sendMail(CONTENT));
                if (i == 10) {
                    kill("KILL", first);
                }
            }
            assertThat(replies).allMatch(reply -> reply.startsWith("250 "));

            await().atMost(DEADLINE).until(() -> arrived().count() == replies.size());
            assertThat(arrived()).allSatisfy(message -> assertThat(message).contains("X-Mailvane-Scan: builtin=clean"));
            await().atMost(DEADLINE).until(() -> ready(node).stream().anyMatch(pid -> pid != first));
            assertThat(node.errors()
                            .lines()
                            .filter(line -> line.contains("event=worker") && line.contains("again-in=")))
                    .singleElement()
                    .asString()
                    .contains("id=w1 pid=" + first + " state=gone", "exit status 137");
        }
    }

    /** The first notices by itself that its node has gone; the second is frozen and cannot. */
    @Test
    void leaveNoOrphanBehindAKilledNode() throws Exception {
        configure(2);
        var workers = new ArrayList<Long>();
        try (var node = NodeProcess.start(directory)) {
            await().atMost(DEADLINE).until(() -> ready(node).size() == 2);
            workers.addAll(ready(node));
            kill("STOP", workers.getLast());
        }
        awaitEnd(workers.getFirst());
        assertThat(runs(workers.getLast())).isTrue();

        try (var node = NodeProcess.start(directory)) {
            awaitEnd(workers.getLast());
            await().atMost(DEADLINE).until(() -> ready(node).size() == 2);
            assertThat(ready(node)).doesNotContainAnyElementsOf(workers);
            workers.addAll(ready(node));
            assertThat(node.terminate()).isZero();
        }
        workers.forEach(WorkersIT::awaitEnd);
        assertThat(directory.resolve("data/run/workers")).isEmptyDirectory();
    }

    /** The processes of those that are ready. */
    private static List<Long> ready(NodeProcess node) throws IOException, InterruptedException {
        var pids = new ArrayList<Long>();
        for (var worker : workers(node).path("workers")) {
            if (worker.path("state").asText().equals("ready")) {
                pids.add(worker.path("pid").asLong());
            }
        }
        return pids;
    }
}
