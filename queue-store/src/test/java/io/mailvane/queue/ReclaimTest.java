package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReclaimTest {
    private static final String FILLS_A_SEGMENT = "x".repeat(70_000);

    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore store = new MemorySegmentStore();

    /** Accepts and settles mail that fills so many segments. */
    private void pass(MessageQueue queue, int segments) throws Exception {
        for (int i = 0; i < segments; i++) {
            accept(queue, FILLS_A_SEGMENT, "gone@shop.example");
            var due = mustTake(queue);
            queue.settle(due.id(), List.of(relayed(0, clock.instant())));
        }
    }

    /** A message with a past: one recipient relayed, one deferred twice. */
    private QueueId stuck(MessageQueue queue) throws Exception {
        var id = accept(queue, "stuck", "a@shop.example", "b@shop.example");
        mustTake(queue);
        queue.settle(id, List.of(relayed(0, clock.instant()), deferred(1, clock.instant())));
        clock.advance(Duration.ofMinutes(5));
        mustTake(queue);
        queue.settle(id, List.of(deferred(1, clock.instant())));
        return id;
    }

    @Test
    void copiesForwardTheFewThatKeepAnOldSegmentWithTheirPast() throws Exception {
        var queue = QueueKit.open(store, clock);
        var id = stuck(queue);
        queue.apply(id, MessageQueue.Action.HOLD);
        var before = queue.show(id);
        pass(queue, 6);
        var oldest = store.list().getFirst();

        assertThat(queue.reclaim()).isGreaterThan(5);

        assertThat(store.list()).doesNotContain(oldest);
        assertThat(queue.show(id)).isEqualTo(before);
        assertThat(content(queue, id)).isEqualTo("stuck");
        queue.close();
        try (var again = QueueKit.open(store, clock)) {
            assertThat(again.show(id)).isEqualTo(before);
            assertThat(content(again, id)).isEqualTo("stuck");
        }
    }

    @Test
    void readsTheSameWhereACopyWasMadeAndItsSourceIsStillThere() throws Exception {
        var queue = QueueKit.open(store, clock);
        var id = stuck(queue);
        pass(queue, 6);
        var before = queue.show(id).orElseThrow();
        var withSource = new MemorySegmentStore();
        for (var name : store.list()) {
            withSource.put(name, store.octets(name));
        }
        queue.reclaim();
        queue.close();
        for (var name : store.list()) {
            withSource.put(name, store.octets(name));
        }

        assertThat(Replayed.of(withSource).queued().get(id)).isEqualTo(new Replayed.Message(before, "stuck"));
    }

    /** The last segment is full, and all in it is settled: no other tells which ids were given. */
    @Test
    void remembersWhichIdsWereGivenAlsoWhereNothingIsLeft() throws Exception {
        var queue = QueueKit.open(store, clock);
        var id = accept(queue, FILLS_A_SEGMENT, "gone@shop.example");
        var filling = queue.begin("gone[127.0.0.1]");
        queue.apply(id, MessageQueue.Action.DELETE);
        filling.write(FILLS_A_SEGMENT.getBytes(US_ASCII), 0, FILLS_A_SEGMENT.length());
        filling.close();

        // The writer seals what is full only after it has answered.
        await().until(() -> {
            queue.reclaim();
            return store.lastSize() == SegmentHeader.SIZE;
        });
        assertThat(store.list()).as("the room of what is settled is given back").hasSize(1);
        clock.advance(Duration.ofHours(-1));
        try (var again = QueueKit.open(store.copy(), clock)) {
            assertThat(accept(again, "later", "you@shop.example")).isGreaterThan(filling.id());
        }
        queue.close();
    }

    @Test
    void doesNotCopyMuchForLittle() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            for (int i = 0; i < 4; i++) {
                accept(queue, FILLS_A_SEGMENT, "waits@shop.example");
            }

            assertThat(queue.reclaim()).isZero();
        }
    }

    @Test
    void keepsWhatIsBeingReadAndWhatIsBeingTaken() throws Exception {
        try (var queue = QueueKit.open(store, clock);
                var incoming = queue.begin("client[127.0.0.1]")) {
            var id = accept(queue, FILLS_A_SEGMENT, "a@shop.example");
            mustTake(queue);
            try (var open = queue.content(id)) {
                queue.settle(id, List.of(relayed(0, clock.instant())));
                pass(queue, 1);
                assertThat(queue.reclaim()).isZero();
                assertThat(open.readAllBytes()).hasSize(FILLS_A_SEGMENT.length());
            }
            incoming.write(FILLS_A_SEGMENT.getBytes(US_ASCII), 0, 70_000);
            pass(queue, 3);
            assertThat(queue.reclaim()).as("up to the one that is being taken").isPositive();
            incoming.commit(QueueKit.acceptance(MessageState.ACTIVE));
            assertThat(content(queue, incoming.id())).isEqualTo(FILLS_A_SEGMENT);
        }
    }

    @Test
    void givesTheRoomOfAMessageThatWasGivenUp() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            try (var incoming = queue.begin("gone[127.0.0.1]")) {
                incoming.write(new byte[200_000], 0, 200_000);
            }

            assertThat(queue.reclaim()).isPositive();
        }
    }

    @Test
    void setsADamagedSegmentAsideInsteadOfDeletingIt() throws Exception {
        QueueId id;
        try (var queue = QueueKit.open(store, clock)) {
            id = accept(queue, "settled", "a@shop.example");
            accept(queue, "lost", "a@shop.example");
            mustTake(queue);
            queue.settle(id, List.of(relayed(0, clock.instant())));
        }
        var damaged = store.lastName();
        var octets = store.octets(damaged);
        var lost = RecordSpan.of(store, damaged).get(5);
        octets[lost.begin()] ^= 1;
        store.put(damaged, octets);

        try (var queue = QueueKit.open(store, clock)) {
            assertThat(queue.counts().total()).isZero();
            assertThat(queue.reclaim()).isEqualTo(1);
        }
        assertThat(store.setAside()).containsExactly(damaged);
    }

    @Test
    void copiesTheOthersWhenOneCannotBeRead() throws Exception {
        QueueId unreadable;
        QueueId sound;
        try (var queue = QueueKit.open(store, clock)) {
            unreadable = accept(queue, "unreadable", "a@shop.example");
            sound = accept(queue, "sound", "a@shop.example");
            queue.apply(unreadable, MessageQueue.Action.HOLD);
            queue.apply(sound, MessageQueue.Action.HOLD);
        }
        var first = store.lastName();
        var octets = store.octets(first);
        octets[RecordSpan.of(store, first).get(1).begin() + RecordHeader.SIZE] ^= 1;
        store.put(first, octets);

        try (var queue = QueueKit.open(store, clock)) {
            pass(queue, 6);
            assertThat(queue.reclaim()).isZero();
            assertThat(copies(sound)).isEqualTo(2);
            assertThat(copies(unreadable)).isEqualTo(1);
            assertThat(content(queue, sound)).isEqualTo("sound");
        }
    }

    private long copies(QueueId id) throws IOException {
        long copies = 0;
        for (var name : store.list()) {
            copies += RecordSpan.of(store, name).stream()
                    .filter(span -> span.header().type() == RecordType.COMMIT
                            && span.header().id().equals(id.text()))
                    .count();
        }
        return copies;
    }

    @Test
    void deliversEachMessageOnceAndWholeWhileSegmentsAreCopiedAndDeleted() throws Exception {
        try (var queue = QueueKit.open(store, InstantSource.system())) {
            var traffic = new Traffic(queue);
            traffic.run();

            assertThat(traffic.delivered).isEqualTo(traffic.accepted);
            assertThat(traffic.deliveries).hasValue(Traffic.MESSAGES);
            assertThat(queue.counts().total()).isZero();
        }
    }

    /** Senders, deliverers and a reclaimer at once, until everything is delivered or somebody fails. */
    private static final class Traffic {
        private static final int SENDERS = 4;
        private static final int EACH = 300;
        private static final int MESSAGES = SENDERS * EACH;

        private final MessageQueue queue;
        private final Map<QueueId, String> accepted = new ConcurrentHashMap<>();
        private final Map<QueueId, String> delivered = new ConcurrentHashMap<>();
        private final AtomicInteger deliveries = new AtomicInteger();
        private final AtomicBoolean failed = new AtomicBoolean();

        Traffic(MessageQueue queue) {
            this.queue = queue;
        }

        void run() throws Exception {
            var jobs = new ArrayList<Callable<Void>>();
            for (int i = 0; i < SENDERS; i++) {
                int sender = i;
                jobs.add(job(() -> send(sender)));
                jobs.add(job(this::deliver));
            }
            jobs.add(job(() -> {
                while (!ended()) {
                    queue.reclaim();
                }
            }));
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (var job : threads.invokeAll(jobs)) {
                    job.get();
                }
            }
        }

        /** Work that may fail. */
        @FunctionalInterface
        private interface Work {
            void run() throws Exception;
        }

        private Callable<Void> job(Work work) {
            return () -> {
                boolean done = false;
                try {
                    work.run();
                    done = true;
                } finally {
                    if (!done) {
                        failed.set(true);
                    }
                }
                return null;
            };
        }

        private boolean ended() {
            return failed.get() || deliveries.get() >= MESSAGES;
        }

        private void send(int sender) throws QueueUnavailableException {
            for (int n = 0; n < EACH; n++) {
                var text = (sender + "/" + n + " ").repeat(1 + n * 7 % 2000);
                accepted.put(accept(queue, text, "a@shop.example"), text);
            }
        }

        private void deliver() throws Exception {
            for (int n = 0; !ended(); n++) {
                var due = queue.takeDue(Duration.ofMillis(20));
                if (due.isEmpty()) {
                    continue;
                }
                var id = due.get().id();
                if (n % 5 == 0) {
                    queue.handBack(id, due.get().recipients());
                    continue;
                }
                delivered.put(id, content(queue, id));
                queue.settle(id, List.of(relayed(0, QueueKit.START)));
                deliveries.incrementAndGet();
            }
        }
    }
}
