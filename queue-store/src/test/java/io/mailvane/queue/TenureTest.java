package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Lease;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a queue does whose lease lapses, at any moment. */
class TenureTest {
    private static final Lease LEASE = new Lease("zone-a", 7, 100);

    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final AtomicLong nanos = new AtomicLong();
    private final MemorySegmentStore memory = new MemorySegmentStore();
    private final AtomicReference<Runnable> whenForced = new AtomicReference<>(() -> {});
    private final ScriptedStore store = new ScriptedStore(memory, event -> {
        if (event.equals("force")) {
            whenForced.get().run();
        }
    });
    private MessageQueue queue;

    @BeforeEach
    void open() throws IOException {
        queue = open(LEASE);
    }

    private MessageQueue open(Lease lease) throws IOException {
        return MessageQueue.open(
                new QueueSettings("zone-a", QueueKit.RETRY, 1 << 16, 100),
                store,
                occasion -> Optional.empty(),
                clock,
                new Tenure(() -> lease, nanos::get),
                Adoption.Ending.IN_ORDER);
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    private void lapse() {
        nanos.set(100);
    }

    @Test
    void itsEpochIsTheLeases() throws Exception {
        accept(queue, "one", "a@shop.example");

        assertThat(queue.epoch()).isEqualTo(7);
        assertThat(MessageQueue.latestEpoch(store)).isEqualTo(7);
        assertThatThrownBy(() -> open(LEASE))
                .isInstanceOf(IOException.class)
                .hasMessage("epoch 7 was granted, but there are records of epoch 7");
    }

    @Test
    void itTakesNoMailAndGivesNoneOut() throws Exception {
        accept(queue, "one", "a@shop.example");
        lapse();

        assertThat(queue.closedReason()).contains("the lease on the partition has lapsed");
        assertThat(queue.mayDeliver()).isFalse();
        assertThat(take(queue)).isEmpty();
        assertThatThrownBy(() -> accept(queue, "two", "a@shop.example"))
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessage("the lease on the partition has lapsed");
    }

    @Test
    void whatComesAfterItLapsedIsNotWritten() throws Exception {
        lapse();

        assertThatThrownBy(() -> accept(queue, "one", "a@shop.example")).isInstanceOf(QueueUnavailableException.class);
        assertThat(Replayed.of(memory).queued()).isEmpty();
    }

    @Test
    void whatWasForcedWhileItLapsedIsNotAcknowledgedAndYetFound() throws Exception {
        whenForced.set(this::lapse);

        assertThatThrownBy(() -> accept(queue, "one", "a@shop.example")).isInstanceOf(QueueUnavailableException.class);
        assertThat(Replayed.of(memory).queued()).hasSize(1);
    }

    @Test
    void aMessageThatComesInPartsIsRefusedAtTheNext() throws Exception {
        var octets = "x".repeat(70_000).getBytes(StandardCharsets.US_ASCII);
        try (var incoming = queue.begin("client[127.0.0.1]")) {
            incoming.write(octets, 0, octets.length);
            lapse();

            assertThatThrownBy(() -> incoming.write(octets, 0, octets.length))
                    .isInstanceOf(QueueUnavailableException.class);
        }
    }

    @Test
    void theOutcomeOfWhatWasBegunIsStillWritten() throws Exception {
        var id = accept(queue, "one", "a@shop.example");
        var due = mustTake(queue);
        lapse();
        queue.settle(due.id(), List.of(relayed(0, clock.instant())));

        assertThat(Replayed.of(memory).settled()).containsOnlyKeys(id);
    }

    @Test
    void itBeginsNoSegmentAndDeletesNone() throws Exception {
        var id = accept(queue, "x".repeat(65_500), "a@shop.example");
        queue.settle(id, settled());
        accept(queue, "second segment", "a@shop.example");
        lapse();
        int made = store.created();

        assertThat(queue.reclaim()).isZero();
        assertThat(store.created()).isEqualTo(made);
        assertThat(store.list()).hasSize(2);
    }

    @Test
    void itBeginsNoSegmentForAnOutcome() throws Exception {
        var id = accept(queue, "x".repeat(65_500), "a@shop.example");
        var outcome = settled();
        lapse();
        int made = store.created();

        assertThatThrownBy(() -> queue.settle(id, outcome)).isInstanceOf(QueueUnavailableException.class);
        assertThat(store.created()).isEqualTo(made);
    }

    private List<Attempt> settled() throws InterruptedException {
        mustTake(queue);
        return List.of(relayed(0, clock.instant()));
    }
}
