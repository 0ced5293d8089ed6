package io.mailvane.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.Verdict.Action;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.DueMessage;
import io.mailvane.queue.Elision;
import io.mailvane.queue.FileSegmentStore;
import io.mailvane.queue.ForwardingSegmentStore;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.QueueSettings;
import io.mailvane.queue.RetrySchedule;
import io.mailvane.queue.SegmentStore;
import io.mailvane.scanning.Backlog;
import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mail that was taken unscanned, between a real queue and what scans say of it. */
class QueueBacklogTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CLIENT = "client.example[192.0.2.1]";
    private static final String FORGED = "X-Mailvane-Scan: forged\r\n";
    private static final String CONTENT = FORGED + "Subject: hi\r\n\r\nhi\r\n";
    private static final ResultField FIELD = new ResultField("X-Mailvane-Scan", "builtin=spam");

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AtomicBoolean isFull = new AtomicBoolean();
    private MessageQueue queue;
    private Backlog backlog;

    /** Takes nothing while it is full. */
    private final class FullStore extends ForwardingSegmentStore {
        FullStore(SegmentStore store) {
            super(store);
        }

        @Override
        public Appender create(String name) throws IOException {
            requireRoom();
            return new ForwardingAppender(super.create(name)) {
                @Override
                public void force() throws IOException {
                    requireRoom();
                    super.force();
                }
            };
        }

        private void requireRoom() throws IOException {
            if (isFull.get()) {
                throw new IOException("full");
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        queue = MessageQueue.open(
                new QueueSettings(
                        "zone-a", new RetrySchedule(List.of(Duration.ofMinutes(5)), Duration.ofDays(5)), 1 << 20, 100),
                new FullStore(new FileSegmentStore(folder)),
                new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example")),
                now::get);
        backlog = new QueueBacklog(queue, now::get);
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    private QueueId accept(String client) throws Exception {
        var envelope = Envelope.of(
                ReversePath.of(Mailbox.parse("me@example.org")),
                List.of(
                        Recipient.of(Mailbox.parse("you@shop.example")),
                        Recipient.of(Mailbox.parse("they@shop.example"))));
        var octets = CONTENT.getBytes(US_ASCII);
        try (var incoming = queue.begin(client)) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(new Acceptance(
                    envelope,
                    MessageState.TO_SCAN,
                    "Received: x\r\n".getBytes(US_ASCII),
                    List.of(new Elision(0, FORGED.length()))));
            return incoming.id();
        }
    }

    private Backlog.Waiting take() throws InterruptedException {
        return backlog.take(Duration.ZERO).orElseThrow();
    }

    private MessageDetail shown(QueueId id) throws IOException {
        return queue.show(id).orElseThrow();
    }

    private void judge(QueueId id, Action action, Verdict.Reason... reasons) throws IOException {
        backlog.judge(id.text(), new Verdict(action, List.of(reasons), List.of(FIELD)));
    }

    @ParameterizedTest
    @CsvSource({
        CLIENT + ", client.example, 192.0.2.1",
        "client.example[2001:db8::1], client.example, 2001:db8::1",
        // One that calls itself by an address literal (RFC 5321 section 4.1.3).
        "[192.0.2.7][192.0.2.1], [192.0.2.7], 192.0.2.1",
        "-, '', ''",
    })
    void asksWhatTheClientSaidOfContentAsItCame(String client, String helo, String address) throws Exception {
        var id = accept(client);
        now.set(START.plusSeconds(90));

        var waiting = take();

        assertThat(waiting.age()).isEqualTo(Duration.ofSeconds(90));
        assertThat(waiting.request().transaction())
                .isEqualTo(new Transaction(
                        id.text(), helo, address, "me@example.org", List.of("you@shop.example", "they@shop.example")));
        assertThat(waiting.request().size()).isEqualTo(CONTENT.length());
        try (var content = waiting.request().content().open()) {
            assertThat(content.readAllBytes()).asString(US_ASCII).isEqualTo(CONTENT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ACCEPT", "MARK"})
    void letsGoWhatIsNotBadEnoughWithWhatWasFound(Action action) throws Exception {
        var id = accept(CLIENT);
        take();

        judge(id, action, new Verdict.Reason("builtin", "a little"));

        assertThat(queue.takeDue(Duration.ZERO).map(DueMessage::id)).contains(id);
        try (var content = queue.content(id)) {
            assertThat(content.readAllBytes())
                    .asString(US_ASCII)
                    .isEqualTo(FIELD.line() + "Received: x\r\n" + CONTENT.substring(FORGED.length()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QUARANTINE", "REJECT"})
    void keepsWhatIsBadEnoughAndTellsItsSenderNothing(Action action) throws Exception {
        var id = accept(CLIENT);
        take();

        judge(id, action, new Verdict.Reason("builtin", "a test virus"));

        assertThat(shown(id).state()).isEqualTo(MessageState.QUARANTINED);
        assertThat(shown(id).recipients())
                .extracting(MessageDetail.RecipientDetail::why)
                .containsOnly("builtin: a test virus");
        assertThat(queue.takeDue(Duration.ZERO)).isEmpty();
        assertThat(queue.counts().total()).as("there is no DSN").isEqualTo(1);
        queue.apply(id, MessageQueue.Action.RELEASE);
        try (var content = queue.content(id)) {
            assertThat(content.readAllBytes()).asString(US_ASCII).startsWith(FIELD.line());
        }
    }

    @Test
    void keepsWhatAWorkerCallsBadWithoutAWord() throws Exception {
        var id = accept(CLIENT);
        take();

        judge(id, Action.REJECT);

        assertThat(shown(id).recipients().getFirst().why()).isEqualTo("rejected");
    }

    @Test
    void saysThatAVerdictCouldNotBeWrittenAndTheMessageWaitsStill() throws Exception {
        var id = accept(CLIENT);
        take();
        isFull.set(true);

        assertThatThrownBy(() -> judge(id, Action.ACCEPT)).isInstanceOf(IOException.class);

        assertThat(shown(id).state()).isEqualTo(MessageState.TO_SCAN);
        isFull.set(false);
        backlog.later(id.text(), Duration.ZERO);
        assertThat(take().request().transaction().qid()).isEqualTo(id.text());
        judge(id, Action.ACCEPT);
        assertThat(queue.takeDue(Duration.ZERO).map(DueMessage::id)).contains(id);
    }

    @Test
    void givesOneThatIsToComeLaterNotBefore() throws Exception {
        var id = accept(CLIENT);
        take();

        backlog.later(id.text(), Duration.ofSeconds(30));

        now.set(START.plusSeconds(30).minusMillis(1));
        assertThat(backlog.take(Duration.ZERO)).isEmpty();
        now.set(START.plusSeconds(30));
        assertThat(take().request().transaction().qid()).isEqualTo(id.text());
    }

    /** It stays queued for an operator to see, and keeps no other from its scan. */
    @Test
    void comesBackAMinuteLaterToOneThatItCannotDescribe() throws Exception {
        var broken = accept("client.example[");
        var other = accept(CLIENT);

        assertThatThrownBy(() -> backlog.take(Duration.ZERO)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(take().request().transaction().qid()).isEqualTo(other.text());
        assertThat(backlog.take(Duration.ZERO)).isEqualTo(Optional.empty());

        now.set(START.plus(Duration.ofMinutes(1)));
        assertThatThrownBy(() -> backlog.take(Duration.ZERO)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(shown(broken).state()).isEqualTo(MessageState.TO_SCAN);
    }
}
