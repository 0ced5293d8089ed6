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
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory is bounded by configuration, not by what clients send: the packaged launcher, with a heap of 256 MB. */
@Order(2)
class MemoryIT {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final int SESSIONS = 200;
    private static final int SIZE = 20_000_000;
    private static final int PIECES = 20;
    private static final String PIECE = ("x".repeat(98) + "\r\n").repeat(SIZE / PIECES / 100);

    @TempDir
    Path directory;

    @Test
    void twoHundredSessionsOfTwentyMegabytesAtOnceAreRelayed() throws Exception {
        try (var sink = SmtpSink.forgetting(directory)) {
            NodeFile.write(directory, "[queue]\ndeliver = true\n", NodeFile.toHost("shop.example", sink.port()));
            var installed = Installation.in(directory.resolve("installed"));
            var config = directory.resolve("node.toml").toString();
            var options = Map.of("MAILVANE_JAVA_OPTS", "-Xmx256m");
            try (var node = NodeProcess.of(directory, installed.start("run", options, "run", "--config", config))) {
                await().atMost(DEADLINE).until(() -> installed.output("run").startsWith("READY "));

                var qids = sendAll(node.smtpPort());

                await().atMost(DEADLINE).until(() -> node.queued() == 0);
                assertThat(installed.errors("run")).doesNotContain("OutOfMemoryError", "level=error", "outcome=failed");
                assertThat(relayed(installed.errors("run"))).containsExactlyInAnyOrderElementsOf(qids);
                assertThat(node.terminate()).isZero();
            }
        }
    }

    private static List<String> sendAll(int port) throws Exception {
        var begun = new CyclicBarrier(SESSIONS);
        try (var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = sessions.invokeAll(Stream.generate(() -> (Callable<String>) () -> send(port, begun))
                    .limit(SESSIONS)
                    .toList());
            var qids = new ArrayList<String>();
            for (var session : running) {
                qids.add(session.get());
            }
            return qids;
        }
    }

    /** All sessions are in the middle of their content before one of them ends it. */
    private static String send(int port, CyclicBarrier begun) throws Exception {
        try (var talk = new SmtpTalk(port)) {
            talk.envelope("me@example.org", "you@shop.example");
            talk.ask("DATA");
            talk.send("Subject: large\r\n\r\n");
            for (int i = 0; i < PIECES; i++) {
                if (i == PIECES / 2) {
                    begun.await();
                }
                talk.send(PIECE);
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
