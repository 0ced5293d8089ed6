package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is the same after a stop and a start. */
class RestartTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore store = new MemorySegmentStore();

    @Test
    void bringsBackEveryStateAsItWas() throws Exception {
        var queue = QueueKit.open(store, clock);
        accept(queue, "to scan", QueueKit.acceptance(MessageState.TO_SCAN));
        accept(queue, "quarantined", QueueKit.acceptance(MessageState.QUARANTINED));
        accept(queue, "held", QueueKit.acceptance(MessageState.HELD));
        var deferred = accept(queue, "deferred", "a@shop.example");
        mustTake(queue);
        queue.settle(deferred, List.of(deferred(0, clock.instant())));
        var settled = accept(queue, "settled", "a@shop.example");
        mustTake(queue);
        queue.settle(settled, List.of(relayed(0, clock.instant())));
        var inFlight = accept(queue, "in flight", "a@shop.example");
        mustTake(queue);
        var queuedBefore = queue.list(QueueFilter.ALL, Optional.empty(), 10);
        var settledBefore = queue.show(settled);
        var countsBefore = queue.counts();
        queue.close();

        try (var again = QueueKit.open(store, clock)) {
            assertThat(again.list(QueueFilter.ALL, Optional.empty(), 10)).isEqualTo(queuedBefore);
            assertThat(again.show(settled)).isEqualTo(settledBefore);
            assertThat(again.counts()).isEqualTo(countsBefore);
            assertThat(again.epoch()).isEqualTo(queue.epoch() + 1);
            assertThat(mustTake(again).id()).as("nobody delivers it any more").isEqualTo(inFlight);
            assertThat(take(again)).isEmpty();
            clock.advance(Duration.ofMinutes(5));
            assertThat(mustTake(again).id()).isEqualTo(deferred);
            assertThat(content(again, deferred)).isEqualTo("deferred");
        }
    }

    private MessageQueue openAfterACrash(SegmentStore crashed) throws Exception {
        return MessageQueue.open(
                new QueueSettings("zone-a", QueueKit.RETRY, 1 << 16, 100),
                crashed,
                QueueKit.DSN,
                clock,
                Tenure.unlimited("zone-a", MessageQueue.latestEpoch(crashed) + 1),
                Adoption.Ending.UNKNOWN);
    }

    private static String why(MessageQueue queue, QueueId id) throws Exception {
        return queue.show(id).orElseThrow().recipients().getFirst().why();
    }

    @Test
    void marksWhatItMayHaveBeenDeliveringWhenItCrashed() throws Exception {
        QueueId due;
        QueueId later;
        try (var queue = QueueKit.open(store, clock)) {
            later = accept(queue, "later", "a@shop.example");
            mustTake(queue);
            queue.settle(later, List.of(deferred(0, clock.instant())));
            due = accept(queue, "due", "a@shop.example");
            mustTake(queue);
        }
        try (var again = openAfterACrash(store)) {
            assertThat(why(again, due)).isEqualTo("in doubt: zone-a may have been delivering it when it stopped");
            assertThat(why(again, later)).isEqualTo("451 4.3.2 Busy");
            assertThat(mustTake(again).id()).isEqualTo(due);
            again.settle(due, List.of(relayed(0, clock.instant())));
            assertThat(again.show(due).orElseThrow().recipients().getFirst().state())
                    .isEqualTo(RecipientState.RELAYED);
        }
    }

    @Test
    void marksWhatWasTriedBeforeItsTimeWhenItCrashed() throws Exception {
        try (var crashed = QueueKit.open(store, clock)) {
            var waits = deferredOne(crashed);
            var underWay = deferredOne(crashed);
            crashed.hasten(underWay, List.of(0), clock.instant());
            assertThat(mustTake(crashed).id()).isEqualTo(underWay);
            crashed.hasten(waits, List.of(0), clock.instant());

            try (var again = openAfterACrash(store)) {
                assertThat(why(again, waits)).isEqualTo("451 4.3.2 Busy");
                assertThat(why(again, underWay))
                        .isEqualTo("in doubt: zone-a may have been delivering it when it stopped");
                assertThat(mustTake(again).id()).isEqualTo(underWay);
                assertThat(take(again)).isEmpty();
            }
        }
    }

    private QueueId deferredOne(MessageQueue queue) throws Exception {
        var id = accept(queue, "x", "a@shop.example");
        mustTake(queue);
        queue.settle(id, List.of(deferred(0, clock.instant())));
        return id;
    }

    @Test
    void opensAfterACrashAlsoWhereItsDoubtsCannotBeWritten() throws Exception {
        QueueId due;
        try (var queue = QueueKit.open(store, clock)) {
            due = accept(queue, "due", "a@shop.example");
        }
        var full = new ScriptedStore(store);
        full.fail(ScriptedStore.Fault.APPEND_IN_THE_MIDDLE);

        try (var again = openAfterACrash(full)) {
            assertThat(again.isQueued(due)).isTrue();
            assertThat(again.closedReason()).contains("nothing can be stored: scripted: APPEND_IN_THE_MIDDLE");
        }
    }

    @Test
    void keepsEveryAttemptOfARoundAndCountsTheLastAlone() throws Exception {
        QueueId id;
        var first = deferred(0, clock.instant());
        var second = deferred(0, clock.instant().plusSeconds(1));
        try (var queue = QueueKit.open(store, clock)) {
            id = accept(queue, "x", "a@shop.example", "b@shop.example");
            mustTake(queue);
            queue.settle(id, List.of(first, relayed(1, clock.instant()), second));
        }

        clock.advance(Duration.ofMinutes(5).minusMillis(1));
        try (var queue = QueueKit.open(store, clock)) {
            var recipients = queue.show(id).orElseThrow().recipients();
            assertThat(recipients.getFirst().attempts()).containsExactly(first, second);
            assertThat(recipients.getLast().state()).isEqualTo(RecipientState.RELAYED);
            assertThat(take(queue)).as("the first step of the schedule").isEmpty();
            clock.advance(Duration.ofMillis(1));
            mustTake(queue);
            queue.settle(id, List.of(deferred(0, clock.instant()), relayed(0, clock.instant())));
            assertThat(queue.show(id).orElseThrow().recipients().getFirst().attempts())
                    .hasSize(4);
            assertThat(queue.counts().total()).isZero();
        }
    }

    @Test
    void aDelayHoldsUntilSomebodyRetries() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            var id = accept(queue, "x", "a@shop.example");
            mustTake(queue);
            queue.settle(id, List.of(deferred(0, clock.instant())));
            queue.delay(id, List.of(0), clock.instant().plus(Duration.ofMinutes(1)));
            assertThat(nextAttempt(queue, id)).as("later already").contains(QueueKit.START.plusSeconds(300));
            queue.delay(id, List.of(0), clock.instant().plus(Duration.ofMinutes(10)));
            assertThat(nextAttempt(queue, id)).contains(QueueKit.START.plusSeconds(600));
            queue.apply(id, MessageQueue.Action.RETRY);
            assertThat(mustTake(queue).id()).isEqualTo(id);
        }
    }

    private static Optional<Instant> nextAttempt(MessageQueue queue, QueueId id) throws Exception {
        return queue.show(id).orElseThrow().recipients().getFirst().nextAttempt();
    }

    @Test
    void keepsTheWholeRetryScheduleOverRestartsToItsEnd() throws Exception {
        QueueId id;
        try (var queue = QueueKit.open(store, clock)) {
            id = accept(queue, "x", "a@shop.example");
        }
        var attempts = new ArrayList<Long>();
        for (int minute = 0; minute <= 70; minute++) {
            try (var queue = QueueKit.open(store, clock)) {
                if (take(queue).isPresent()) {
                    attempts.add(
                            Duration.between(QueueKit.START, clock.instant()).toMinutes());
                    queue.settle(id, List.of(deferred(0, clock.instant())));
                }
            }
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(attempts).containsExactly(0L, 5L, 15L, 25L, 35L, 45L, 55L, 60L);
        try (var queue = QueueKit.open(store, clock)) {
            var recipient = queue.show(id).orElseThrow().recipients().getFirst();
            assertThat(recipient.state()).isEqualTo(RecipientState.EXPIRED);
            assertThat(recipient.attempts().stream()
                            .map(Attempt::at)
                            .map(this::minute)
                            .toList())
                    .isEqualTo(attempts);
        }
    }

    private long minute(Instant at) {
        return Duration.between(QueueKit.START, at).toMinutes();
    }

    @Test
    void givesNoQueueIdTwiceThoughTheClockStepsBackAndEveryMessageIsGone() throws Exception {
        var given = new ArrayList<QueueId>();
        for (int opening = 0; opening < 4; opening++) {
            try (var queue = QueueKit.open(store, clock)) {
                for (int i = 0; i < 3; i++) {
                    given.add(accept(queue, "x".repeat(40_000), "a@shop.example"));
                    mustTake(queue);
                    queue.settle(given.getLast(), List.of(relayed(0, clock.instant())));
                }
                queue.reclaim();
            }
            clock.advance(Duration.ofHours(-1));
        }

        assertThat(given).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void ascendsFromTheSegmentsHeaderWhereNoRecordIsLeft() throws Exception {
        QueueId last;
        try (var queue = QueueKit.open(store, clock)) {
            last = accept(queue, "x".repeat(65_500), "a@shop.example");
            mustTake(queue);
            queue.settle(last, List.of(relayed(0, clock.instant())));
        }
        try (var queue = QueueKit.open(store, clock)) {
            assertThat(queue.reclaim()).isPositive();
        }
        clock.advance(Duration.ofHours(-1));

        try (var queue = QueueKit.open(store, clock)) {
            assertThat(accept(queue, "y", "a@shop.example")).isGreaterThan(last);
        }
    }
}
