package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** What the queue's tests share: a clock that stands until it is moved, and messages in one line. */
final class QueueKit {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final RetrySchedule RETRY =
            new RetrySchedule(List.of(Duration.ofMinutes(5), Duration.ofMinutes(10)), Duration.ofHours(1));
    static final SmtpReply BUSY = SmtpReply.of(451, "4.3.2", "Busy");

    /** Tells the sender of every failed or expired recipient. */
    static final DsnComposer DSN = occasion -> {
        var lost = occasion.settled().stream()
                .filter(settled -> settled.state() != RecipientState.RELAYED)
                .map(settled -> settled.recipient().mailbox().toString())
                .toList();
        return lost.isEmpty()
                ? Optional.empty()
                : Optional.of(new DsnComposer.Dsn(
                        Envelope.of(
                                ReversePath.nullPath(),
                                List.of(Recipient.of(occasion.envelope()
                                        .reversePath()
                                        .mailbox()
                                        .orElseThrow()))),
                        (occasion.id() + " lost " + String.join(", ", lost)).getBytes(StandardCharsets.US_ASCII)));
    };

    private QueueKit() {}

    /** Stands still until it is told. */
    static final class Clock implements InstantSource {
        private final AtomicReference<Instant> now = new AtomicReference<>(START);

        @Override
        public Instant instant() {
            return now.get();
        }

        void advance(Duration by) {
            now.updateAndGet(at -> at.plus(by));
        }
    }

    static MessageQueue open(SegmentStore store, InstantSource clock) throws IOException {
        return open(store, clock, occasion -> Optional.empty());
    }

    static MessageQueue open(SegmentStore store, InstantSource clock, DsnComposer composer) throws IOException {
        return MessageQueue.open(new QueueSettings("zone-a", RETRY, 1 << 16, 100), store, composer, clock);
    }

    static Envelope envelope(String... recipients) {
        return Envelope.of(
                ReversePath.of(Mailbox.parse("me@example.org")),
                Stream.of(recipients).map(r -> Recipient.of(Mailbox.parse(r))).toList());
    }

    static Acceptance acceptance(MessageState state) {
        return new Acceptance(envelope("you@shop.example"), state, new byte[0], List.of());
    }

    static QueueId accept(MessageQueue queue, String content, String... recipients) throws QueueUnavailableException {
        return accept(
                queue, content, new Acceptance(envelope(recipients), MessageState.ACTIVE, new byte[0], List.of()));
    }

    static QueueId accept(MessageQueue queue, String content, Acceptance acceptance) throws QueueUnavailableException {
        var octets = content.getBytes(StandardCharsets.ISO_8859_1);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            incoming.commit(acceptance);
            return incoming.id();
        }
    }

    static String content(MessageQueue queue, QueueId id) throws IOException {
        try (var content = queue.content(id)) {
            return new String(content.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    static Optional<DueMessage> take(MessageQueue queue) throws InterruptedException {
        return queue.takeDue(Duration.ZERO);
    }

    /** Takes what must be due. */
    static DueMessage mustTake(MessageQueue queue) throws InterruptedException {
        return take(queue).orElseThrow();
    }

    static Attempt relayed(int recipient, Instant at) {
        return new Attempt(
                recipient,
                at,
                "customer",
                "mx[127.0.0.1]:25",
                new DeliveryOutcome.Relayed("mx[127.0.0.1]:25", SmtpReply.of(250, "2.0.0", "Ok")),
                "");
    }

    static Attempt deferred(int recipient, Instant at) {
        return new Attempt(
                recipient,
                at,
                "customer",
                "mx[127.0.0.1]:25",
                new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.RECIPIENT, BUSY),
                "");
    }

    static Attempt failed(int recipient, Instant at) {
        return new Attempt(
                recipient,
                at,
                "customer",
                "mx[127.0.0.1]:25",
                new DeliveryOutcome.Failed(
                        DeliveryOutcome.Scope.RECIPIENT, SmtpReply.of(550, "5.1.1", "No such mailbox")),
                "");
    }
}
