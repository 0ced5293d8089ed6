package io.mailvane.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The segment that {@code docs/queue-format.md} takes apart octet by octet is what the code writes and reads. */
class SegmentFormatTest {
    private static final Path DOCUMENT = Path.of("../docs/queue-format.md");
    private static final Pattern OCTETS = Pattern.compile("[0-9a-f]{6}  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2,}.*)?");
    private static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant LATER = RECEIVED.plusSeconds(1);
    private static final SegmentName NAME = new SegmentName(7, 3, 0x0123456789abcdefL);
    private static final QueueId MESSAGE = QueueId.of(RECEIVED.toEpochMilli(), 0, "zone-a");
    private static final QueueId DSN = QueueId.of(LATER.toEpochMilli(), 0, "zone-a");
    private static final byte[] CONTENT = "X-Mailvane-Scan: none\r\nSubject: hi\r\n\r\nhi\r\n".getBytes(US_ASCII);
    private static final Envelope ENVELOPE = new Envelope(
            ReversePath.of(Mailbox.parse("me@example.org")),
            List.of(
                    new Recipient(
                            Mailbox.parse("you@shop.example"),
                            Set.of(Recipient.Notify.FAILURE, Recipient.Notify.DELAY),
                            Optional.of("rfc822;You@shop.example")),
                    Recipient.of(Mailbox.parse("b@shop.example"))),
            Envelope.Body.EIGHT_BIT_MIME,
            true,
            Optional.of(Envelope.Return.HEADERS),
            Optional.of("e1"));
    private static final Envelope DSN_ENVELOPE =
            Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("me@example.org"))));
    private static final Attempt REFUSED = attempt(
            0,
            new DeliveryOutcome.Failed(DeliveryOutcome.Scope.RECIPIENT, SmtpReply.of(550, "5.1.1", "No such mailbox")));
    private static final Attempt BUSY =
            attempt(1, new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, SmtpReply.of(421, "Busy")));
    private static final Attempt TAKEN =
            attempt(1, new DeliveryOutcome.Relayed("mx[192.0.2.2]:25", SmtpReply.of(250, "2.0.0", "Ok")));

    private static Attempt attempt(int recipient, DeliveryOutcome outcome) {
        return new Attempt(recipient, LATER, "customer", "mx[192.0.2.2]:25", outcome, "relay domain");
    }

    private final RecordBuffer records = new RecordBuffer(new RecordHeader.Stamp(NAME.epoch(), NAME.salt()), 1 << 10);

    private byte[] written() {
        var message = new MessageRecords(records, MESSAGE, RECEIVED);
        message.putAll(CONTENT);
        var content = Payloads.Content.coming(
                CONTENT.length, "Received: x\r\n".getBytes(US_ASCII), List.of(new Elision(0, 23)));
        message.end(
                new Payloads.Commit(MessageState.ACTIVE, "client[192.0.2.1]", content, ENVELOPE, List.of()),
                RecordHeader.ALONE);

        var dsn = new MessageRecords(records, DSN, LATER);
        dsn.putAll("lost\r\n".getBytes(US_ASCII));
        dsn.end(
                new Payloads.Commit(MessageState.ACTIVE, "-", Payloads.Content.bare(6), DSN_ENVELOPE, List.of()),
                RecordHeader.JOINED);
        long first = update(
                Location.NONE,
                RecordHeader.JOINED,
                standing(0, RecipientState.FAILED, 1, LATER, REFUSED),
                standing(1, RecipientState.DEFERRED, 1, LATER.plus(Duration.ofMinutes(5)), BUSY));
        update(first, RecordHeader.ALONE, standing(1, RecipientState.RELAYED, 2, LATER, TAKEN));

        records.beginRecord();
        records.putRaw("later".getBytes(US_ASCII), 0, 5);
        records.endRecord(new RecordHeader.Label(RecordType.IGNORABLE, 0, RecordHeader.NO_ID));
        records.beginRecord();
        records.endRecord(new RecordHeader.Label(RecordType.SEAL, 0, RecordHeader.NO_ID));

        var segment = new ByteArrayOutputStream();
        segment.writeBytes(new SegmentHeader(NAME, RECEIVED.toEpochMilli(), "zone-a").encode());
        segment.write(records.array(), 0, records.size());
        return segment.toByteArray();
    }

    private static Payloads.Standing standing(
            int recipient, RecipientState state, int attempts, Instant next, Attempt attempt) {
        return new Payloads.Standing(
                recipient, state, attempts, next, attempt.outcome().reply().text(), Optional.of(attempt));
    }

    private long update(long previous, int joint, Payloads.Standing... standings) {
        int at = records.beginRecord();
        Payloads.write(records, new Payloads.Update(previous, MessageState.ACTIVE, List.of(standings)));
        records.endRecord(new RecordHeader.Label(RecordType.UPDATE, joint, MESSAGE.text()));
        return Location.of(NAME.number(), SegmentHeader.SIZE + at);
    }

    private static byte[] documented() throws IOException {
        var octets = new ByteArrayOutputStream();
        for (var line : Files.readAllLines(DOCUMENT)) {
            var matcher = OCTETS.matcher(line);
            if (matcher.matches()) {
                assertThat(Integer.parseInt(line.substring(0, 6), 16)).as(line).isEqualTo(octets.size());
                octets.writeBytes(HexFormat.ofDelimiter(" ").parseHex(matcher.group(1)));
            }
        }
        return octets.toByteArray();
    }

    @Test
    void isWrittenAsDocumented() throws IOException {
        assertThat(HexFormat.of().formatHex(written())).isEqualTo(HexFormat.of().formatHex(documented()));
    }

    @Test
    void namesTheFileAsDocumented() throws IOException {
        assertThat(NAME.text()).isEqualTo("00000007-e00000003-0123456789abcdef.segment");
        assertThat(SegmentName.parse(NAME.text())).isEqualTo(NAME);
        assertThat(Files.readString(DOCUMENT)).contains(NAME.text());
    }

    @Test
    void isReadAsDocumented() throws IOException {
        var store = new MemorySegmentStore();
        store.put(NAME.text(), documented());

        var dsn = new MessageDetail(
                DSN,
                DSN_ENVELOPE,
                6,
                MessageState.ACTIVE,
                LATER,
                "-",
                List.of(new MessageDetail.RecipientDetail(RecipientState.ACTIVE, "", Optional.of(LATER), List.of())));
        var message = new MessageDetail(
                MESSAGE,
                ENVELOPE,
                CONTENT.length - 23 + 13,
                MessageState.SETTLED,
                RECEIVED,
                "client[192.0.2.1]",
                List.of(
                        new MessageDetail.RecipientDetail(
                                RecipientState.FAILED, "550 5.1.1 No such mailbox", Optional.empty(), List.of(REFUSED)),
                        new MessageDetail.RecipientDetail(
                                RecipientState.RELAYED, "250 2.0.0 Ok", Optional.empty(), List.of(BUSY, TAKEN))));
        assertThat(Replayed.of(store, SegmentScan.Depth.EVERYTHING))
                .isEqualTo(new Replayed(
                        Map.of(DSN, new Replayed.Message(dsn, "lost\r\n")),
                        Map.of(MESSAGE, message),
                        List.of(),
                        List.of()));
    }

    @Test
    void readsTheContentAsDocumentedBeforeItIsSettled() throws IOException {
        var store = new MemorySegmentStore();
        var whole = documented();
        store.put(NAME.text(), whole);
        int dsnBegins = RecordSpan.of(store, NAME.text()).get(3).begin();
        store.put(NAME.text(), Arrays.copyOf(whole, dsnBegins));

        assertThat(Replayed.of(store).queued().values())
                .extracting(Replayed.Message::content)
                .containsExactly("Received: x\r\nSubject: hi\r\n\r\nhi\r\n");
    }
}
