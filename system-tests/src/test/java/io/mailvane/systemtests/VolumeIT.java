package io.mailvane.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose volume fills up, or is unmounted under it: a small file system, mounted a second time where the node looks for it. */
class VolumeIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final String CONTENT = "Subject: on a volume\r\n\r\nHello";

    private static final Pattern STATE = Pattern.compile(" what=volume state=(\\S+)");

    @TempDir
    Path directory;

    private Path storage;
    private Path volume;

    @BeforeEach
    void mount() throws Exception {
        Programs.needRootFor("mount");
        storage = Files.createDirectory(directory.resolve("storage"));
        volume = Files.createDirectory(directory.resolve("volume"));
        Programs.shell(directory, "mount -t tmpfs -o size=96m storage storage && mount --bind storage volume");
        NodeFile.write(directory, NodeFile.toMaildir("shop.example"), """
                [queue]
                volume = "volume"
                segment-size = "1MiB"
                [storage]
                mount = "volume"
                low-space = "24MiB"
                interval = "1s"
                force-interval = "1s"
                """);
    }

    @AfterEach
    void unmount() throws Exception {
        if (volume != null) {
            Programs.shell(directory, "umount -l volume; umount -l storage; true");
        }
    }

    @Test
    void takesNoMailWhileItIsNearlyFullAndDeliversWhatItHas() throws Exception {
        try (var node = NodeProcess.start(directory);
                var talk = node.connect();
                var early = node.connect()) {
            var deferred = defer(node, talk);
            early.envelope("me@example.org", "you@shop.example");
            fill(80);
            awaitState(node, "low");

            assertThat(early.data(CONTENT)).isEqualTo("452 4.3.1 No mail is taken just now, try again later");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("452 4.3.1");
            assertThat(node.response("/readyz").body())
                    .contains("the volume is low: ", "mail is taken again from 36 MiB on");
            assertThat(node.command("queue", "retry", deferred).status()).isZero();
            await().atMost(DEADLINE).until(() -> delivered() == 1);

            // Between low and enough: what is low stays so.
            fill(66);
            awaitRoom(node, 24 << 20);
            assertThat(state(node)).isEqualTo("low");
            Files.delete(storage.resolve("filler"));
            awaitState(node, "healthy");
            assertThat(talk.sendMail(CONTENT)).startsWith("250 ");
            await().atMost(DEADLINE).until(() -> delivered() == 2);
            assertThat(states(node)).containsExactly("low", "healthy");
            assertThat(node.errors()).doesNotContain("queue-closed", "segment-failed");
        }
    }

    @Test
    void beginsOnAFullDiskToDeliverWhatItHas() throws Exception {
        // Its data lie there too, as they do where nothing else is configured.
        Files.createSymbolicLink(directory.resolve("data"), Files.createDirectory(storage.resolve("data")));
        var deferred = "";
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            deferred = defer(node, talk);
        }
        fillWhole();
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            awaitState(node, "low");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("452 4.3.1");
            assertThat(node.command("queue", "retry", deferred).status()).isZero();
            await().atMost(DEADLINE).until(() -> delivered() == 1);
            assertThat(node.terminate()).isZero();
        }
        fillWhole();
        var refused = run();
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.errors()).contains("the node does not start: ", "no room is left");

        Programs.shell(storage, "rm filler*");
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            assertThat(talk.sendMail(CONTENT)).startsWith("250 ");
            await().atMost(DEADLINE).until(() -> delivered() == 2);
        }
    }

    private NodeProcess.Ended run() throws IOException, InterruptedException {
        return NodeProcess.run(
                directory, "run", "--config", directory.resolve("node.toml").toString());
    }

    /** To the last octet, also of what it had put by. */
    private void fillWhole() throws IOException, InterruptedException {
        Programs.shell(
                storage, "for size in 64k 4k; do dd if=/dev/zero of=filler-$RANDOM bs=$size status=none || true; done");
    }

    /** The next look is a minute away. */
    @Test
    void takesNoMailFromTheFirstWriteOnThatFindsNoRoom() throws Exception {
        var file = directory.resolve("node.toml");
        Files.writeString(file, Files.readString(file).replace("\ninterval = \"1s\"", "\ninterval = \"1m\""));
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            talk.envelope("me@example.org", "you@shop.example");
            fillWhole();

            assertThat(talk.data(CONTENT + "\r\n" + ("x".repeat(998) + "\r\n").repeat(500)))
                    .isEqualTo("452 4.3.1 No mail is taken just now, try again later");
            assertThat(talk.ask("MAIL FROM:<me@example.org>"))
                    .isEqualTo("421 4.3.1 Still no mail is taken, try again later");
            assertThat(states(node)).containsExactly("low");
        }
    }

    @Test
    void writesNothingWhereItsVolumeIsNotMounted() throws Exception {
        try (var node = NodeProcess.start(directory);
                var talk = node.connect()) {
            Programs.shell(directory, "umount -l volume");
            awaitState(node, "gone");
            assertThat(talk.ask("MAIL FROM:<me@example.org>")).startsWith("452 4.3.1");
            assertThat(node.response("/readyz").body()).contains("nothing is mounted at " + volume);
            assertThat(volume).isEmptyDirectory();

            Programs.shell(directory, "mount --bind storage volume");
            awaitState(node, "healthy");
            assertThat(talk.sendMail(CONTENT)).startsWith("250 ");
            await().atMost(DEADLINE).until(() -> delivered() == 1);
            assertThat(states(node)).containsExactly("gone", "healthy");
        }
        Programs.shell(directory, "umount -l volume");
        var ended = run();
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.errors())
                .endsWith("mailvane: the node does not start: the volume: nothing is mounted at " + volume + "\n");
        assertThat(volume).isEmptyDirectory();
    }

    /** A message whose way is blocked for now. */
    private String defer(NodeProcess node, SmtpTalk talk) throws IOException {
        Files.writeString(directory.resolve("maildir"), "a file in the place of the folder");
        var qid = SmtpTalk.queueId(talk.sendMail(CONTENT));
        await().atMost(DEADLINE)
                .until(() -> node.message(qid).path("state").asText().equals("deferred"));
        Files.delete(directory.resolve("maildir"));
        return qid;
    }

    private void fill(int mebi) throws IOException, InterruptedException {
        Programs.shell(storage, "rm -f filler; fallocate -l " + mebi + "M filler");
    }

    private static void awaitState(NodeProcess node, String state) {
        await().atMost(DEADLINE).until(() -> state(node).equals(state));
    }

    private static void awaitRoom(NodeProcess node, long octets) {
        await().atMost(DEADLINE).until(() -> volume(node).path("freeOctets").asLong() > octets);
    }

    private static JsonNode volume(NodeProcess node) throws IOException, InterruptedException {
        return node.get("/api/v1/node").path("volume");
    }

    private static String state(NodeProcess node) throws IOException, InterruptedException {
        return volume(node).path("state").asText();
    }

    /** What the log said, in its order. */
    private static List<String> states(NodeProcess node) throws IOException {
        return STATE.matcher(node.errors()).results().map(line -> line.group(1)).toList();
    }

    private int delivered() throws IOException {
        return Maildir.of(directory, "shop.example", "you").messages().size();
    }
}
