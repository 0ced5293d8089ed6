package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Long random histories, with crashes, against a model that is a map. */
class QueueModelTest {
    private static final int STEPS = 1500;

    private final QueueKit.Clock clock = new QueueKit.Clock();
    /** What is promised: every unsettled message, by its id; a DSN by its content. */
    private final TreeMap<QueueId, Promised> promised = new TreeMap<>();

    private final List<String> dsnsOwed = new ArrayList<>();
    private MemorySegmentStore store = new MemorySegmentStore();
    private Random random = new Random(0);
    private QueueId highest = new QueueId("0".repeat(16));

    /** A message as it must be. */
    private static final class Promised {
        private final String content;
        private final RecipientState[] recipients;
        private MessageState base;

        Promised(String content, int recipients, MessageState base) {
            this.content = content;
            this.recipients = new RecipientState[recipients];
            Arrays.fill(this.recipients, RecipientState.ACTIVE);
            this.base = base;
        }

        boolean settled() {
            return List.of(recipients).stream().allMatch(RecipientState::settled);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void keepsEveryPromiseOverCrashes(long seed) throws Exception {
        random = new Random(seed);
        var queue = open();
        for (int step = 0; step < STEPS; step++) {
            clock.advance(Duration.ofMillis(random.nextInt(20_000)));
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> accept(queue);
                case 5, 6, 7, 8, 9, 10, 11 -> deliver(queue);
                case 12 -> act(queue, MessageQueue.Action.HOLD);
                case 13 -> act(queue, MessageQueue.Action.RELEASE);
                case 14 -> act(queue, MessageQueue.Action.RETRY);
                case 15 -> act(queue, MessageQueue.Action.DELETE);
                case 16 -> act(queue, MessageQueue.Action.BOUNCE);
                case 17 -> abandon(queue);
                case 18 -> queue.reclaim();
                default -> queue = random.nextInt(4) == 0 ? restart(queue) : queue;
            }
        }
        queue = restart(queue);
        queue.close();
    }

    private MessageQueue open() throws IOException {
        return QueueKit.open(store, clock, QueueKit.DSN);
    }

    /** In order, or by the loss of power. */
    private MessageQueue restart(MessageQueue queue) throws IOException {
        if (random.nextBoolean()) {
            queue.close();
        } else {
            store = store.afterPowerLoss(random);
            queue.close();
        }
        if (random.nextBoolean()) {
            clock.advance(Duration.ofHours(-1));
        }
        var again = open();
        assertKept(again);
        return again;
    }

    private void accept(MessageQueue queue) throws Exception {
        var content = random(random.nextInt(10) == 0 ? 150_000 : 2000);
        int recipients = 1 + random.nextInt(3);
        var names = new String[recipients];
        for (int i = 0; i < recipients; i++) {
            names[i] = "r" + i + "@shop.example";
        }
        var base = random.nextInt(8) == 0 ? MessageState.QUARANTINED : MessageState.ACTIVE;
        var id =
                QueueKit.accept(queue, content, new Acceptance(QueueKit.envelope(names), base, new byte[0], List.of()));
        assertThat(id).isGreaterThan(highest);
        highest = id;
        promised.put(id, new Promised(content, recipients, base));
    }

    private String random(int most) {
        var octets = new byte[random.nextInt(most)];
        random.nextBytes(octets);
        return new String(octets, ISO_8859_1);
    }

    private void abandon(MessageQueue queue) throws Exception {
        try (var incoming = queue.begin("gone[127.0.0.1]")) {
            incoming.write(new byte[70_000], 0, 70_000);
        }
    }

    private void deliver(MessageQueue queue) throws Exception {
        var due = take(queue);
        if (due.isEmpty()) {
            return;
        }
        var id = due.get().id();
        if (due.get().envelope().reversePath().mailbox().isEmpty()) {
            assertThat(dsnsOwed.remove(QueueKit.content(queue, id))).isTrue();
            queue.settle(id, List.of(relayed(0, clock.instant())));
            return;
        }
        var message = promised(id);
        assertThat(QueueKit.content(queue, id)).isEqualTo(message.content);
        if (random.nextInt(6) == 0) {
            queue.handBack(id, due.get().recipients());
            return;
        }
        var attempts = new ArrayList<Attempt>();
        for (int recipient : due.get().recipients()) {
            attempts.add(
                    switch (random.nextInt(4)) {
                        case 0 -> failed(recipient, clock.instant());
                        case 1 -> deferred(recipient, clock.instant());
                        default -> relayed(recipient, clock.instant());
                    });
        }
        queue.settle(id, attempts);
        settle(id, queue.show(id).orElseThrow());
    }

    /** Takes over how the queue says its recipients stand, and what it owes for the newly lost. */
    private void settle(QueueId id, MessageDetail detail) {
        var message = promised(id);
        var lost = new ArrayList<String>();
        for (int i = 0; i < message.recipients.length; i++) {
            var now = detail.recipients().get(i).state();
            boolean newlyLost =
                    (now == RecipientState.FAILED || now == RecipientState.EXPIRED) && !message.recipients[i].settled();
            if (newlyLost) {
                lost.add("r" + i + "@shop.example");
            }
            assertThat(message.recipients[i].settled() && now != message.recipients[i])
                    .isFalse();
            message.recipients[i] = now == RecipientState.HELD ? message.recipients[i] : now;
        }
        if (!lost.isEmpty()) {
            dsnsOwed.add(id + " lost " + String.join(", ", lost));
        }
        if (message.settled()) {
            promised.remove(id);
        }
    }

    private Promised promised(QueueId id) {
        return Objects.requireNonNull(promised.get(id));
    }

    private void act(MessageQueue queue, MessageQueue.Action action) throws Exception {
        if (promised.isEmpty()) {
            return;
        }
        var ids = new ArrayList<>(promised.keySet());
        var id = ids.get(random.nextInt(ids.size()));
        if (queue.apply(id, action) == MessageQueue.Effect.CHANGED) {
            var message = promised(id);
            message.base = switch (action) {
                case HOLD -> MessageState.HELD;
                case RELEASE -> MessageState.ACTIVE;
                case RETRY, REROUTE, BOUNCE, DELETE -> message.base;
            };
            settle(id, queue.show(id).orElseThrow());
        }
    }

    private void assertKept(MessageQueue queue) throws IOException {
        var seen = new TreeMap<QueueId, MessageDetail>();
        var dsns = new ArrayList<String>();
        for (var detail : queue.list(QueueFilter.ALL, Optional.empty(), Integer.MAX_VALUE)) {
            if (detail.envelope().reversePath().mailbox().isEmpty()) {
                dsns.add(QueueKit.content(queue, detail.id()));
            } else {
                seen.put(detail.id(), detail);
            }
        }
        assertThat(seen.keySet()).isEqualTo(promised.keySet());
        assertThat(dsns).containsExactlyInAnyOrderElementsOf(dsnsOwed);
        for (var message : promised.entrySet()) {
            assertAsPromised(queue, Objects.requireNonNull(seen.get(message.getKey())), message);
        }
        assertThat(queue.counts().total()).isEqualTo(promised.size() + dsnsOwed.size());
    }

    private static void assertAsPromised(MessageQueue queue, MessageDetail detail, Map.Entry<QueueId, Promised> message)
            throws IOException {
        var expected = message.getValue();
        var states = new ArrayList<Boolean>();
        for (var recipient : detail.recipients()) {
            states.add(recipient.state().settled());
        }
        assertThat(states)
                .isEqualTo(List.of(expected.recipients).stream()
                        .map(RecipientState::settled)
                        .toList());
        boolean stopped = detail.state() == MessageState.HELD || detail.state() == MessageState.QUARANTINED;
        assertThat(stopped ? detail.state() : MessageState.ACTIVE).isEqualTo(expected.base);
        assertThat(QueueKit.content(queue, message.getKey())).isEqualTo(expected.content);
    }
}
