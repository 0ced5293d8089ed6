package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.mustTake;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineQueueTest {
    private static final String LONG = "0123456789abcdef".repeat(10_000);
    private static final Envelope ENVELOPE = new Envelope(
            ReversePath.of(Mailbox.parse("me@example.org")),
            List.of(
                    Recipient.of(Mailbox.parse("a@shop.example")),
                    new Recipient(
                            Mailbox.parse("b@shop.example"),
                            Set.of(Recipient.Notify.FAILURE, Recipient.Notify.SUCCESS),
                            Optional.of("rfc822;b+c@shop.example"))),
            Envelope.Body.EIGHT_BIT_MIME,
            true,
            Optional.of(Envelope.Return.HEADERS),
            Optional.of("a=b c"));

    private final QueueKit.Clock clock = new QueueKit.Clock();

    @TempDir
    Path directory;

    private Path partition = Path.of("");
    private QueueId small = new QueueId("0".repeat(16));
    private QueueId large = small;

    @BeforeEach
    void writePartition() throws Exception {
        partition = directory.resolve("zone-a");
        try (var queue = QueueKit.open(new FileSegmentStore(partition), clock)) {
            var acceptance = new Acceptance(
                    ENVELOPE, MessageState.ACTIVE, "Received: x\r\n".getBytes(UTF_8), List.of(new Elision(0, 3)));
            small = accept(queue, "zz\nSubject: s\r\n\r\n", acceptance);
            mustTake(queue);
            queue.settle(small, List.of(failed(0, clock.instant())));
            large = accept(queue, LONG, "you@shop.example");
            try (var abandoned = queue.begin("gone[127.0.0.1]")) {
                abandoned.write(LONG.getBytes(UTF_8), 0, LONG.length());
            }
        }
    }

    private OfflineQueue read() throws IOException {
        return OfflineQueue.read(new FileSegmentStore(partition));
    }

    private Map<String, String> files(Path folder) throws IOException {
        var files = new TreeMap<String, String>();
        try (var all = Files.walk(folder)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                files.put(folder.relativize(file).toString(), Files.readString(file, ISO_8859_1));
            }
        }
        return files;
    }

    private String envelopeOfSmall() {
        return "# " + small + " active, received 2026-03-01T12:00:00Z from client[127.0.0.1]\n"
                + "MAIL FROM:<me@example.org> BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+3Db+20c\n"
                + "# failed: RCPT TO:<a@shop.example>\n"
                + "#   550 5.1.1 No such mailbox\n"
                + "RCPT TO:<b@shop.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;b+2Bc@shop.example\n";
    }

    private String envelopeOfLarge() {
        return "# " + large + " active, received 2026-03-01T12:00:00Z from client[127.0.0.1]\n"
                + "MAIL FROM:<me@example.org>\nRCPT TO:<you@shop.example>\n";
    }

    @Test
    void findsNoDamageWhereThereIsNone() throws IOException {
        var queue = read();

        assertThat(queue.findings()).isEmpty();
        assertThat(queue.remarks()).isEmpty();
        assertThat(queue.messages()).isEqualTo(2);
        assertThat(queue.segments()).isGreaterThan(1);
    }

    @Test
    void writesWhatIsQueuedAndLeavesThePartitionAsItIs() throws IOException {
        var before = files(partition);
        var written = Salvage.write(read(), directory.resolve("out"));

        assertThat(written).isEqualTo(new Salvage.Written(2, 0, List.of()));
        assertThat(files(directory.resolve("out")))
                .isEqualTo(Map.of(
                        small + ".eml",
                        "Received: x\r\nSubject: s\r\n\r\n",
                        small + ".envelope",
                        envelopeOfSmall(),
                        large + ".eml",
                        LONG,
                        large + ".envelope",
                        envelopeOfLarge()));
        assertThat(files(partition)).isEqualTo(before);
    }

    /** Damages the content of the large message behind its first chunk. */
    private void damageLarge() throws IOException {
        for (var segment : new FileSegmentStore(partition).list()) {
            var file = partition.resolve(segment);
            var octets = Files.readAllBytes(file);
            var spans = RecordSpan.of(memory(segment, octets), segment);
            var hit = spans.stream()
                    .filter(span -> span.header().id().equals(large.text())
                            && span.header().type() == RecordType.CHUNK
                            && span.header().sequence() == 1)
                    .findFirst();
            if (hit.isPresent()) {
                octets[hit.get().begin() + 1000] ^= 1;
                Files.write(file, octets);
            }
        }
    }

    private static MemorySegmentStore memory(String segment, byte[] octets) {
        var memory = new MemorySegmentStore();
        memory.put(segment, octets);
        return memory;
    }

    @Test
    void namesDamageInContentThatAStartPassesOver() throws IOException {
        damageLarge();

        assertThat(read().findings())
                .satisfiesExactly(
                        first -> assertThat(first).matches("segment \\S+ is damaged from \\d+ to \\d+"),
                        second -> assertThat(second)
                                .isEqualTo("message " + large + " lost a part of its records; it is held"));
    }

    @Test
    void writesWhatIsLeftOfADamagedMessageAndWhatHasNoEnvelope() throws IOException {
        damageLarge();
        var written = Salvage.write(read(), directory.resolve("out"));

        assertThat(written)
                .isEqualTo(new Salvage.Written(
                        1,
                        2,
                        List.of("message " + large + " is not whole: of 160000 octets only the first 65536 are left")));
        var files = files(directory.resolve("out"));
        assertThat(files.get(large + ".part.eml")).isEqualTo(LONG.substring(0, 65_536));
        assertThat(files.get(small + ".eml")).isEqualTo("Received: x\r\nSubject: s\r\n\r\n");
        assertThat(files.keySet()).hasSize(5).anyMatch(name -> name.matches("uncommitted/[0-9A-V]{16}\\.eml"));
    }

    @Test
    void passesOverASegmentThatCannotBeRead() throws IOException {
        var scripted = new ScriptedStore(new FileSegmentStore(partition));
        scripted.fail(ScriptedStore.Fault.READ);
        int segments = scripted.list().size();

        assertThat(OfflineQueue.read(scripted).findings())
                .hasSize(segments)
                .allMatch(finding -> finding.endsWith("cannot be read: scripted: READ"));
        assertThatThrownBy(() -> QueueKit.open(scripted, clock)).hasMessage("scripted: READ");
    }

    @Test
    void writesToNoFolderThatHoldsSomething() throws IOException {
        assertThatThrownBy(() -> Salvage.write(read(), partition))
                .isInstanceOf(IOException.class)
                .hasMessage(partition + " is not empty");
    }
}
