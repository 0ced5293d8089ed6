package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.QueueId;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
class ForceOrderIT {
    private static final String QUEUED = "250 2.0.0 Ok: queued as ";
    private static final int SESSIONS = 8;
    private static final int MAILS_EACH = 25;
    private static final int KILL_AFTER = 100;

    @TempDir
    Path directory;

    private ForceShim shim;

    @BeforeEach
    void compile() throws IOException, InterruptedException {
        shim = ForceShim.compile(directory);
    }

    @Test
    void forcesTheCommitBeforeItSays250() throws Exception {
        try (var edge = new EdgeProcess(directory, shim, Map.of())) {
            var accepted = load(edge);

            assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
            assertThat(repliedAfterForce(shim.events())).containsAll(accepted.keySet());
        }
    }

    @Test
    void keepsEveryAcceptedMailWhenThePowerGoes() throws Exception {
        Map<String, String> accepted;
        try (var edge = new EdgeProcess(directory, shim, Map.of())) {
            accepted = load(edge);
        }

        shim.cutToForced(directory.resolve("queue"));

        assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
        assertAllKept(accepted);
    }

    @Test
    void keepsEveryAcceptedMailWhenThePowerGoesUnderLoad() throws Exception {
        var accepted = new ConcurrentHashMap<String, String>();
        var killed = new AtomicBoolean();
        try (var edge = new EdgeProcess(directory, shim, Map.of());
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

        shim.cutToForced(directory.resolve("queue"));

        assertAllKept(accepted);
    }

    private static @Nullable Void sendUntilKilled(
            EdgeProcess edge, int session, Map<String, String> accepted, AtomicBoolean killed) throws IOException {
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
        try (var edge = new EdgeProcess(directory, shim, Map.of("SHIM_SHORT", "100"))) {
            accepted = load(edge);
        }

        shim.cutToForced(directory.resolve("queue"));

        assertThat(accepted).hasSize(SESSIONS * MAILS_EACH);
        assertAllKept(accepted);
    }

    @Test
    void promisesNothingWhenTheForceFails() throws Exception {
        refusesOneAndGoesOnInANewSegment(Map.of("SHIM_EIO_AT", "2"));
    }

    @Test
    void promisesNothingWhenTheDiskIsFull() throws Exception {
        // The first write is the segment's header, the second the first mail.
        refusesOneAndGoesOnInANewSegment(Map.of("SHIM_ENOSPC_AT", "3"));
    }

    private void refusesOneAndGoesOnInANewSegment(Map<String, String> fault) throws Exception {
        var accepted = new LinkedHashMap<String, String>();
        try (var edge = new EdgeProcess(directory, shim, fault)) {
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
        shim.cutToForced(directory.resolve("queue"));
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

    private void assertAllKept(Map<String, String> accepted) throws IOException {
        try (var queue = MessageQueue.open(
                EdgeProcess.SETTINGS,
                new FileSegmentStore(directory.resolve("queue")),
                occasion -> Optional.empty(),
                InstantSource.system())) {
            for (var mail : accepted.entrySet()) {
                try (var content = queue.content(new QueueId(mail.getKey()))) {
                    assertThat(new String(content.readAllBytes(), StandardCharsets.ISO_8859_1))
                            .endsWith(content(mail.getValue()) + "\r\n");
                }
            }
        }
    }

    /** Mail by several sessions at once; the mark of each by its queue id. */
    private static Map<String, String> load(EdgeProcess edge) throws Exception {
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

    private static Map<String, String> session(EdgeProcess edge, int session) throws IOException {
        var accepted = new HashMap<String, String>();
        try (var talk = edge.connect()) {
            for (int i = 0; i < MAILS_EACH; i++) {
                var mark = session + "-" + i;
                accepted.put(queued(talk.sendMail(content(mark))), mark);
            }
        }
        return accepted;
    }

    private static String sendOne(EdgeProcess edge, String mark) throws IOException {
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
