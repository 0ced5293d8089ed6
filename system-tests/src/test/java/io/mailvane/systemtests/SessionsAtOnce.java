package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Many sessions that send large mail at once to a node of the packaged launcher, in a heap that holds a small part of it, and that relays it.
 *
 * @param octets of each message, a multiple of 2000
 */
record SessionsAtOnce(int sessions, int octets) {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final int PIECES = 20;
    private static final Map<String, String> HEAP = Map.of("MAILVANE_JAVA_OPTS", "-Xmx256m");

    /** Fails unless all of it is relayed and nothing faltered. */
    void areRelayed(Path directory) throws Exception {
        try (var sink = SmtpSink.forgetting(directory)) {
            NodeFile.write(directory, "[queue]\ndeliver = true\n", NodeFile.toHost("shop.example", sink.port()));
            var installed = Installation.in(directory.resolve("installed"));
            var config = directory.resolve("node.toml").toString();
            try (var node = NodeProcess.of(directory, installed.start("run", HEAP, "run", "--config", config))) {
                await().atMost(DEADLINE).until(() -> installed.output("run").startsWith("READY "));

                var qids = sendAll(node.smtpPort());

                await().atMost(DEADLINE).until(() -> node.queued() == 0);
                assertThat(installed.errors("run")).doesNotContain("OutOfMemoryError", "level=error", "outcome=failed");
                assertThat(relayed(installed.errors("run"))).containsExactlyInAnyOrderElementsOf(qids);
                assertThat(node.terminate()).isZero();
            }
        }
    }

    private List<String> sendAll(int port) throws Exception {
        var begun = new CyclicBarrier(sessions);
        var piece = ("x".repeat(98) + "\r\n").repeat(octets / PIECES / 100);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = threads.invokeAll(Stream.generate(() -> (Callable<String>) () -> send(port, begun, piece))
                    .limit(sessions)
                    .toList());
            var qids = new ArrayList<String>();
            for (var session : running) {
                qids.add(session.get());
            }
            return qids;
        }
    }

    /** All sessions are in the middle of their content before one of them ends it. */
    private static String send(int port, CyclicBarrier begun, String piece) throws Exception {
        try (var talk = new SmtpTalk(port)) {
            talk.envelope("me@example.org", "you@shop.example");
            talk.ask("DATA");
            talk.send("Subject: large\r\n\r\n");
            for (int i = 0; i < PIECES; i++) {
                if (i == PIECES / 2) {
                    begun.await();
                }
                talk.send(piece);
            }
            return SmtpTalk.queueId(talk.ask("."));
        } catch (IOException e) {
            begun.reset();
            throw e;
        }
    }

    private static List<String> relayed(String log) {
        return log.lines()
                .filter(line -> line.contains("event=attempt") && line.contains("outcome=relayed"))
                .map(line -> line.replaceAll(".* qid=(\\S+) .*", "$1"))
                .collect(Collectors.toList());
    }
}
