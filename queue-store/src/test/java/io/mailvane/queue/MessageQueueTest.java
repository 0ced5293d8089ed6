package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.open;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageQueueTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();

    @TempDir
    Path directory;

    private SegmentStore store;

    @BeforeEach
    void makeStore() throws IOException {
        store = new FileSegmentStore(directory);
    }

    @Test
    void givesOutWhatWasAccepted() throws Exception {
        try (var queue = open(store, clock)) {
            var id = accept(queue, "Subject: x\r\n\r\nbody\r\n", "you@shop.example");

            var due = take(queue).orElseThrow();

            assertThat(due)
                    .isEqualTo(
                            new DueMessage(id, QueueKit.envelope("you@shop.example"), List.of(0), QueueKit.START, 20));
            assertThat(content(queue, id)).isEqualTo("Subject: x\r\n\r\nbody\r\n");
            assertThat(take(queue)).isEmpty();
        }
    }

    @Test
    void sendsThePrologueAndNotTheElisions() throws Exception {
        try (var queue = open(store, clock)) {
            var acceptance = new Acceptance(
                    QueueKit.envelope("you@shop.example"),
                    MessageState.ACTIVE,
                    "Received: now\r\n".getBytes(StandardCharsets.US_ASCII),
                    List.of(new Elision(0, 3), new Elision(6, 2), new Elision(9, 1)));
            var id = accept(queue, "aaabbbccde", acceptance);

            assertThat(content(queue, id)).isEqualTo("Received: now\r\nbbbd");
            assertThat(take(queue).orElseThrow().size()).isEqualTo(15 + 4);
        }
    }

    @Test
    void keepsContentOfManyChunksAndSegments() throws Exception {
        var long200k = "0123456789abcdef".repeat(12_800);
        try (var queue = open(store, clock)) {
            var acceptance = new Acceptance(
                    QueueKit.envelope("you@shop.example"),
                    MessageState.ACTIVE,
                    new byte[0],
                    List.of(new Elision(65_530, 20), new Elision(131_072, 65_536)));
            var id = accept(queue, long200k, acceptance);

            assertThat(content(queue, id))
                    .isEqualTo(long200k.substring(0, 65_530)
                            + long200k.substring(65_550, 131_072)
                            + long200k.substring(196_608));
            assertThat(store.list()).hasSizeGreaterThan(2);
        }
    }

    @Test
    void findsEverythingAgainUnderANewEpoch() throws Exception {
        var queue = open(store, clock);
        var waiting = accept(queue, "one", "a@shop.example", "b@shop.example");
        var done = accept(queue, "two", "c@shop.example");
        assertThat(take(queue)).isPresent();
        queue.settle(waiting, List.of(relayed(0, QueueKit.START), deferred(1, QueueKit.START)));
        assertThat(take(queue)).isPresent();
        queue.settle(done, List.of(relayed(0, QueueKit.START)));
        var before = queue.show(waiting);
        queue.close();

        try (var again = open(store, clock)) {
            assertThat(again.epoch()).isEqualTo(2);
            assertThat(again.show(waiting)).isEqualTo(before);
            assertThat(again.show(done).orElseThrow().state()).isEqualTo(MessageState.SETTLED);
            assertThat(take(again)).isEmpty();
            clock.advance(Duration.ofMinutes(5));
            assertThat(take(again).orElseThrow().recipients()).containsExactly(1);
            assertThat(content(again, waiting)).isEqualTo("one");
        }
    }

    /** Settled or queued, never neither: who was told 250 may look at any moment. */
    @Test
    void showsAMessageAlsoInTheMomentItIsSettled() throws Exception {
        try (var queue = open(store, clock);
                var lookers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 200; i++) {
                var id = accept(queue, "x", "you@shop.example");
                assertThat(take(queue)).isPresent();
                var always = lookers.submit(() -> {
                    var shown = queue.show(id);
                    while (shown.filter(detail -> detail.state() != MessageState.SETTLED)
                            .isPresent()) {
                        shown = queue.show(id);
                    }
                    return shown.isPresent();
                });
                queue.settle(id, List.of(relayed(0, QueueKit.START)));
                assertThat(always.get()).isTrue();
            }
        }
    }

    @Test
    void retriesByTheScheduleAndExpiresWithTheLastReply() throws Exception {
        try (var queue = open(store, clock)) {
            var id = accept(queue, "x", "you@shop.example");
            for (int attempt = 0; attempt < 6; attempt++) {
                assertThat(take(queue)).isPresent();
                queue.settle(id, List.of(deferred(0, clock.instant())));
                clock.advance(Duration.ofMinutes(10));
            }
            assertThat(take(queue)).isPresent();
            queue.settle(id, List.of(deferred(0, clock.instant())));

            var recipient = queue.show(id).orElseThrow().recipients().getFirst();
            assertThat(recipient.state()).isEqualTo(RecipientState.EXPIRED);
            assertThat(recipient.why()).isEqualTo("451 4.3.2 Busy");
            assertThat(recipient.attempts()).hasSize(7);
            assertThat(queue.counts().total()).isZero();
        }
    }

    @Test
    void commitsTheDsnWithTheOutcome() throws Exception {
        DsnComposer composer = occasion -> Optional.of(new DsnComposer.Dsn(
                Envelope.of(ReversePath.nullPath(), List.of(Recipient.of(Mailbox.parse("me@example.org")))),
                ("failed: " + occasion.settled().getFirst().recipient().mailbox())
                        .getBytes(StandardCharsets.US_ASCII)));
        try (var queue = open(store, clock, composer)) {
            var id = accept(queue, "x", "nobody@shop.example");
            assertThat(take(queue)).isPresent();
            queue.settle(id, List.of(failed(0, clock.instant())));

            var dsn = take(queue).orElseThrow();
            assertThat(dsn.envelope().reversePath()).isEqualTo(ReversePath.nullPath());
            assertThat(content(queue, dsn.id())).isEqualTo("failed: nobody@shop.example");
        }
    }

    @Test
    void settlesNothingWhenTheDsnCannotBeComposed() throws Exception {
        DsnComposer broken = occasion -> {
            throw new IOException("scripted");
        };
        try (var queue = open(store, clock, broken)) {
            var id = accept(queue, "x", "nobody@shop.example");
            assertThat(take(queue)).isPresent();

            assertThatThrownBy(() -> queue.settle(id, List.of(failed(0, clock.instant()))))
                    .isInstanceOf(QueueUnavailableException.class);
            assertThat(queue.counts().total()).isEqualTo(1);
            assertThat(take(queue)).isEmpty();
            clock.advance(Duration.ofMinutes(5));
            assertThat(take(queue)).isPresent();
        }
    }

    @Test
    void holdsReleasesAndDeletes() throws Exception {
        try (var queue = open(store, clock)) {
            var id = accept(queue, "x", "you@shop.example");

            assertThat(queue.apply(id, MessageQueue.Action.HOLD)).isEqualTo(MessageQueue.Effect.CHANGED);
            assertThat(queue.apply(id, MessageQueue.Action.HOLD)).isEqualTo(MessageQueue.Effect.NONE);
            assertThat(take(queue)).isEmpty();
            assertThat(queue.counts().held()).isEqualTo(1);
            assertThat(queue.apply(id, MessageQueue.Action.RELEASE)).isEqualTo(MessageQueue.Effect.CHANGED);
            assertThat(take(queue)).isPresent();
            assertThat(queue.apply(id, MessageQueue.Action.DELETE)).isEqualTo(MessageQueue.Effect.NONE);
            queue.handBack(id, List.of(0));
            assertThat(queue.apply(id, MessageQueue.Action.DELETE)).isEqualTo(MessageQueue.Effect.CHANGED);
            assertThat(queue.show(id).orElseThrow().recipients().getFirst().state())
                    .isEqualTo(RecipientState.DELETED);
            assertThat(queue.counts().total()).isZero();
        }
    }

    @Test
    void givesOutWhatWasPostponedAfterItsWait() throws Exception {
        try (var queue = open(store, clock)) {
            var id = accept(queue, "x", "you@shop.example");
            assertThat(take(queue)).isPresent();

            queue.postpone(id, List.of(0), Duration.ofSeconds(2));

            assertThat(take(queue)).isEmpty();
            clock.advance(Duration.ofSeconds(2));
            assertThat(take(queue)).isPresent();
        }
    }

    @Test
    void hastensWhatWaitsAndNothingElse() throws Exception {
        try (var queue = open(store, clock)) {
            var id = accept(queue, "x", "you@shop.example");
            assertThat(take(queue)).isPresent();
            queue.hasten(id, List.of(0, 7), clock.instant());
            assertThat(take(queue)).as("in somebody's hands").isEmpty();

            queue.postpone(id, List.of(0), Duration.ofMinutes(5));
            queue.hasten(id, List.of(0), clock.instant().plusSeconds(600));
            assertThat(take(queue)).as("never later than it was").isEmpty();
            queue.hasten(id, List.of(0), clock.instant());
            assertThat(take(queue)).isPresent();
        }
    }

    @Test
    void deletesSegmentsFromTheOldestOnceTheyAreSettled() throws Exception {
        try (var queue = open(store, clock)) {
            var first = accept(queue, "x".repeat(70_000), "you@shop.example");
            var second = accept(queue, "y".repeat(70_000), "you@shop.example");
            var stuck = accept(queue, "z", "you@shop.example");
            for (int i = 0; i < 3; i++) {
                assertThat(take(queue)).isPresent();
            }
            queue.settle(second, List.of(relayed(0, clock.instant())));
            assertThat(queue.reclaim()).isZero();
            queue.settle(first, List.of(relayed(0, clock.instant())));
            assertThat(queue.reclaim()).isPositive();
            assertThat(content(queue, stuck)).isEqualTo("z");
            assertThat(queue.show(first)).isPresent();
        }
    }
}
