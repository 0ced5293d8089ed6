package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a retry is to know of the attempt before it, however many there were. */
class LastAttemptsTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final ScriptedStore store = new ScriptedStore(new MemorySegmentStore());
    private MessageQueue queue = open();

    private MessageQueue open() {
        try {
            return QueueKit.open(store, clock);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    private Attempt deferredBy(String host, int recipient) {
        return new Attempt(
                recipient,
                clock.instant(),
                "customer",
                host,
                new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.RECIPIENT, QueueKit.BUSY),
                "why");
    }

    private void retry(QueueId id, Attempt... attempts) throws Exception {
        queue.apply(id, MessageQueue.Action.RETRY);
        mustTake(queue);
        queue.settle(id, List.of(attempts));
    }

    @Test
    void areThoseOfTheRecipientsThatWereTriedAlsoAfterARestart() throws Exception {
        var id = accept(queue, "x", "a@x.example", "b@x.example", "c@x.example");
        mustTake(queue);
        queue.handBack(id, List.of(2));
        queue.settle(id, List.of(deferredBy("mx1", 0), deferredBy("mx1", 1)));
        mustTake(queue);
        clock.advance(Duration.ofMinutes(5));
        mustTake(queue);
        queue.handBack(id, List.of(1, 2));
        queue.settle(id, List.of(deferredBy("mx2", 0), deferredBy("mx3", 0)));

        assertThat(queue.lastAttempts(id, List.of(2, 1, 0)))
                .extracting(attempt -> attempt.recipient() + " " + attempt.relay())
                .containsExactly("1 mx1", "0 mx3");
        assertThat(queue.lastAttempts(id, List.of(2))).isEmpty();
        var before = queue.lastAttempts(id, List.of(0, 1));
        queue.close();
        queue = open();
        assertThat(queue.lastAttempts(id, List.of(0, 1))).isEqualTo(before);
    }

    @Test
    void areReadWithoutTheHistoryBeforeThem() throws Exception {
        var id = accept(queue, "x", "a@x.example");
        mustTake(queue);
        queue.settle(id, List.of(deferredBy("mx1", 0)));
        int readForOne = reads(id, "mx1");

        for (int i = 2; i <= 50; i++) {
            retry(id, deferredBy("mx" + i, 0));
        }

        assertThat(reads(id, "mx50")).isEqualTo(readForOne);
    }

    private int reads(QueueId id, String last) throws IOException {
        int before = store.reads();
        assertThat(queue.lastAttempts(id, List.of(0)))
                .extracting(Attempt::relay)
                .containsExactly(last);
        return store.reads() - before;
    }

    @Test
    void needNoReadingWhereNobodyWasTried() throws Exception {
        var id = accept(queue, "x", "a@x.example");
        int before = store.reads();

        assertThat(queue.lastAttempts(id, List.of(0))).isEmpty();
        assertThat(store.reads()).isEqualTo(before);
    }

    @Test
    void goAlongWithAMessageThatIsCopiedForward() throws Exception {
        var id = accept(queue, "x", "a@x.example", "b@x.example");
        mustTake(queue);
        queue.settle(id, List.of(deferredBy("mx1", 0), deferredBy("mx2", 1)));
        for (int i : IntStream.range(0, 6).toArray()) {
            var gone = accept(queue, "x".repeat(70_000), "gone" + i + "@x.example");
            mustTake(queue);
            queue.settle(gone, List.of(relayed(0, clock.instant())));
        }
        var oldest = store.list().getFirst();
        assertThat(queue.reclaim()).isPositive();
        assertThat(store.list()).doesNotContain(oldest);
        clock.advance(Duration.ofMinutes(5));
        mustTake(queue);
        queue.handBack(id, List.of(1));
        queue.settle(id, List.of(deferredBy("mx3", 0)));

        assertThat(queue.lastAttempts(id, List.of(0, 1)))
                .extracting(Attempt::relay)
                .containsExactly("mx3", "mx2");
    }
}
