package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No 250 before the force: shown at the system calls, and by what is left after the power went. */
class ForceProofIT {
    private static final String QUEUED = "250 2.0.0 Ok: queued as ";
    private static final int SESSIONS = 8;
    private static final int MAILS_EACH = 25;
    private static final int KILL_AFTER = 100;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private static final String PARTITION = "data/volume/zone-a";

    @TempDir
    Path directory;

    private ForceShim shim;

    @BeforeEach
    void compile() throws IOException, InterruptedException {
        shim = ForceShim.compile(directory);
    }

    /** A node that takes mail and keeps it, with the shim below it. */
    private NodeProcess start(Map<String, String> faults) throws IOException {
        NodeFile.keeping(directory);
        var environment = new HashMap<>(faults);
        shim.preloadInto(environment);
        return NodeProcess.start(directory, environment);
    }

    @Test
    void forcesTheCommitBeforeItSays250() throws Exception {
        try (var edge = start(Map.of())) {
            var accepted = load(edge);

            assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
            assertThat(repliedAfterForce(shim.events())).containsAll(accepted.keySet());
        }
    }

    @Test
    void keepsEveryAcceptedMailWhenThePowerGoes() throws Exception {
        Map<String, String> accepted;
        try (var edge = start(Map.of())) {
            accepted = load(edge);
        }

        shim.cutToForced(directory.resolve(PARTITION));

        assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
        assertAllKept(accepted);
    }

    @Test
    void keepsEveryAcceptedMailWhenThePowerGoesUnderLoad() throws Exception {
        var accepted = new ConcurrentHashMap<String, String>();
        var killed = new AtomicBoolean();
        try (var edge = start(Map.of());
                var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = IntStream.range(0, SESSIONS)
                    .mapToObj(session -> sessions.submit(() -> sendUntilKilled(edge, session, accepted, killed)))
                    .toList();
            await().until(() -> accepted.size() >= KILL_AFTER);
            killed.set(true);
            edge.kill();
            for (var session : running) {
                session.get();
            }
        }

        shim.cutToForced(directory.resolve(PARTITION));

        assertAllKept(accepted);
    }

    private static @Nullable Void sendUntilKilled(
            NodeProcess edge, int session, Map<String, String> accepted, AtomicBoolean killed) throws IOException {
        try (var talk = edge.connect()) {
            for (int i = 0; ; i++) {
                var mark = session + "-" + i;
                accepted.put(queued(talk.sendMail(content(mark))), mark);
            }
        } catch (IOException e) {
            if (!killed.get()) {
                throw e;
            }
            return null;
        }
    }

    @Test
    void keepsEveryAcceptedMailWhenWritesAreShort() throws Exception {
        Map<String, String> accepted;
        try (var edge = start(Map.of("SHIM_SHORT", "100"))) {
            accepted = load(edge);
        }

        shim.cutToForced(directory.resolve(PARTITION));

        assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
        assertAllKept(accepted);
    }

    @Test
    void promisesNothingWhenTheForceFails() throws Exception {
        // The first force is that of the segment's header, the second of the first mail.
        refusesOneAndGoesOnInANewSegment(Map.of("SHIM_EIO_AT", "3"));
    }

    @Test
    void promisesNothingWhenTheDiskIsFull() throws Exception {
        // The first write is the segment's header, the second the first mail.
        refusesOneAndGoesOnInANewSegment(Map.of("SHIM_ENOSPC_AT", "3"));
    }

    private void refusesOneAndGoesOnInANewSegment(Map<String, String> fault) throws Exception {
        var accepted = new LinkedHashMap<String, String>();
        try (var edge = start(fault)) {
            accepted.put(queued(sendOne(edge, "first")), "first");
            assertThat(sendOne(edge, "second")).startsWith("4");
            accepted.put(queued(sendOne(edge, "third")), "third");
        }
        var events = shim.events();
        var failed = events.stream().filter(e -> e.startsWith("failed ")).toList();

        assertThat(failed).hasSize(1);
        assertThat(repliedAfterForce(events)).isEqualTo(accepted.keySet());
        assertThat(events.subList(events.indexOf(failed.getFirst()) + 1, events.size()))
                .noneMatch(e -> e.contains(failed.getFirst().split(" ")[1]));
        shim.cutToForced(directory.resolve(PARTITION));
        assertAllKept(accepted);
    }

    /** The mails of all "reply" events; fails at one that was sent before a force which began after its COMMIT. */
    private static Set<String> repliedAfterForce(List<String> events) {
        var written = new HashMap<String, Set<String>>();
        var beingForced = new HashMap<String, Set<String>>();
        var safe = new HashSet<String>();
        var replied = new HashSet<String>();
        for (var event : events) {
            var words = event.split(" ");
            switch (words[0]) {
                case "commit" -> of(written, words[1]).add(words[2]);
                case "begin" -> of(beingForced, words[1]).addAll(of(written, words[1]));
                case "forced" -> safe.addAll(of(beingForced, words[1]));
                case "reply" -> {
                    assertThat(safe).as(event).contains(words[1]);
                    replied.add(words[1]);
                }
                default -> assertThat(event).startsWith("failed ");
            }
        }
        return replied;
    }

    private static Set<String> of(Map<String, Set<String>> sets, String file) {
        return sets.computeIfAbsent(file, f -> new HashSet<>());
    }

    /** The packaged program itself says what it kept: a node on what is left delivers all of it, unchanged. */
    private void assertAllKept(Map<String, String> accepted) throws IOException {
        NodeFile.maildir(directory);
        var arrived = Maildir.of(directory, "shop.example", "you");
        var expected = accepted.values().stream()
                .map(mark -> content(mark).replace("\r\n", "\n") + "\n")
                .toList();
        try (var node = NodeProcess.start(directory)) {
            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(arrived.messages().stream().map(ForceProofIT::behindThePrologue))
                            .containsAll(expected));
            assertThat(node.errors()).doesNotContain("what=message-unreadable");
        }
    }

    private static String behindThePrologue(String message) {
        return message.substring(message.indexOf("Subject: "));
    }

    /** Mail by several sessions at once; the mark of each by its queue id. */
    private static Map<String, String> load(NodeProcess edge) throws Exception {
        var accepted = new HashMap<String, String>();
        try (var sessions = Executors.newVirtualThreadPerTaskExecutor()) {
            var running = sessions.invokeAll(IntStream.range(0, SESSIONS)
                    .mapToObj(session -> (Callable<Map<String, String>>) () -> session(edge, session))
                    .toList());
            for (var session : running) {
                accepted.putAll(session.get());
            }
        }
        return accepted;
    }

    private static Map<String, String> session(NodeProcess edge, int session) throws IOException {
        var accepted = new HashMap<String, String>();
        try (var talk = edge.connect()) {
            for (int i = 0; i < MAILS_EACH; i++) {
                var mark = session + "-" + i;
                accepted.put(queued(talk.sendMail(content(mark))), mark);
            }
        }
        return accepted;
    }

    private static String sendOne(NodeProcess edge, String mark) throws IOException {
        try (var talk = edge.connect()) {
            return talk.sendMail(content(mark));
        }
    }

    private static String content(String mark) {
        return "Subject: " + mark + "\r\n\r\nThe mail " + mark;
    }

    private static String queued(String reply) {
        assertThat(reply).startsWith(QUEUED);
        return reply.substring(QUEUED.length());
    }
}
