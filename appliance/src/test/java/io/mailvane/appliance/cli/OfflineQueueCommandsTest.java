package io.mailvane.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.PartitionLock;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineQueueCommandsTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path partition = Path.of("");
    private String qid = "";

    @BeforeEach
    void acceptOneMessage() throws Exception {
        partition = directory.resolve("zone-a");
        var retry = new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofHours(1));
        try (var queue = MessageQueue.open(
                new QueueSettings("zone-a", retry, 1 << 16, 100),
                new FileSegmentStore(partition),
                occasion -> Optional.empty(),
                InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z")))) {
            qid = accept(queue).text();
        }
    }

    private static QueueId accept(MessageQueue queue) throws Exception {
        var envelope = Envelope.of(
                ReversePath.of(Mailbox.parse("me@example.org")),
                List.of(Recipient.of(Mailbox.parse("you@shop.example"))));
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write("Subject: x\r\n\r\n".getBytes(UTF_8), 0, 14);
            incoming.commit(new Acceptance(envelope, MessageState.ACTIVE, new byte[0], List.of()));
            return incoming.id();
        }
    }

    private int run(String... arguments) {
        return Program.run(Terminal.of(out, err, Map.of()), arguments);
    }

    private String printed() {
        return out.toString(UTF_8);
    }

    private String said() {
        return err.toString(UTF_8);
    }

    private String damage() throws IOException {
        var segment = new FileSegmentStore(partition).list().getFirst();
        var octets = Files.readAllBytes(partition.resolve(segment));
        octets[200] ^= 1;
        Files.write(partition.resolve(segment), octets);
        return segment;
    }

    @Test
    void verifiesASoundPartition() {
        assertThat(run("queue", "verify", partition.toString())).isZero();
        assertThat(printed()).isEqualTo("1 segment, 1 message queued, no damage\n");
    }

    /** As it is after another node went on with it, or its own settled all. */
    @Test
    void findsNothingWrongWithAPartitionThatWasEmptied() throws IOException {
        var emptied = directory.resolve("zone-b");
        Files.createDirectories(emptied.resolve("lease"));

        assertThat(run("queue", "verify", emptied.toString())).isZero();
        assertThat(printed()).isEqualTo("0 segments, 0 messages queued, no damage\n");
    }

    @Test
    void namesDamageAndEndsWithOne() throws IOException {
        var segment = damage();

        assertThat(run("queue", "verify", "--json", partition.toString())).isEqualTo(1);
        assertThat(printed())
                .isEqualTo("{\"segments\":1,\"messages\":1,\"findings\":[\"segment " + segment
                        + " is damaged from 180 to 238\",\"message " + qid
                        + " lost a part of its records; it is held\"],\"remarks\":[]}\n");
    }

    @Test
    void salvagesToAFolder() throws IOException {
        var folder = directory.resolve("saved");

        assertThat(run("queue", "salvage", partition.toString(), "--to", folder.toString()))
                .isZero();
        assertThat(printed())
                .isEqualTo("1 segment, 1 message queued, no damage\n1 message and 0 parts of some written to " + folder
                        + "\n");
        assertThat(folder.resolve(qid + ".eml")).hasContent("Subject: x\r\n\r\n");
        assertThat(folder.resolve(qid + ".envelope"))
                .hasContent("# " + qid + " active, received 2026-03-01T12:00:00Z from client[127.0.0.1]\n"
                        + "MAIL FROM:<me@example.org>\nRCPT TO:<you@shop.example>\n");
    }

    @Test
    void endsWithOneWhereSomethingIsMissing() throws IOException {
        damage();

        assertThat(run(
                        "queue",
                        "salvage",
                        partition.toString(),
                        "--to",
                        directory.resolve("saved").toString()))
                .isEqualTo(1);
        assertThat(printed()).endsWith("0 messages and 1 part of some written to " + directory.resolve("saved") + "\n");
    }

    @Test
    void refusesThePartitionOfARunningNode() throws IOException {
        try (var lock = PartitionLock.take(partition)) {
            assertThat(lock).isNotNull();
            assertThat(run("queue", "verify", partition.toString())).isEqualTo(1);
        }
        assertThat(said())
                .isEqualTo("mailvane: " + partition + " is in use by process "
                        + ProcessHandle.current().pid() + "\n");
    }

    @Test
    void refusesWhatIsNoPartition() {
        assertThat(run("queue", "verify", directory.toString())).isEqualTo(1);
        assertThat(run("queue", "verify", directory.resolve("nowhere").toString()))
                .isEqualTo(1);
        assertThat(said())
                .isEqualTo("mailvane: " + directory + " holds no segments: name VOLUME/NODE\n" + "mailvane: "
                        + directory.resolve("nowhere") + ": there is no such directory\n");
    }
}
