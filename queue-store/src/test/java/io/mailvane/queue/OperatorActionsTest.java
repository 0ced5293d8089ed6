package io.mailvane.queue;

import static io.mailvane.queue.MessageQueue.Action.BOUNCE;
import static io.mailvane.queue.MessageQueue.Action.DELETE;
import static io.mailvane.queue.MessageQueue.Action.HOLD;
import static io.mailvane.queue.MessageQueue.Action.RELEASE;
import static io.mailvane.queue.MessageQueue.Action.REROUTE;
import static io.mailvane.queue.MessageQueue.Action.RETRY;
import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OperatorActionsTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore store = new MemorySegmentStore();
    private MessageQueue queue = queue();

    private MessageQueue queue() {
        try {
            return QueueKit.open(store, clock, QueueKit.DSN);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    @AfterEach
    void startAnew() throws IOException {
        queue.close();
        queue = queue();
    }

    private QueueId accepted(MessageState state) throws QueueUnavailableException {
        return accept(queue, "x", QueueKit.acceptance(state));
    }

    private MessageState state(QueueId id) throws IOException {
        return queue.show(id).orElseThrow().state();
    }

    private MessageDetail.RecipientDetail recipient(QueueId id, int index) throws IOException {
        return queue.show(id).orElseThrow().recipients().get(index);
    }

    /** What an action leaves of a message that waits in a state; absent: it changes nothing. */
    private static final Map<MessageQueue.Action, Map<MessageState, MessageState>> TABLE = Map.of(
            HOLD, Map.of(MessageState.ACTIVE, MessageState.HELD),
            RELEASE,
                    Map.of(
                            MessageState.HELD, MessageState.ACTIVE,
                            MessageState.QUARANTINED, MessageState.ACTIVE,
                            MessageState.TO_SCAN, MessageState.ACTIVE),
            RETRY, Map.of(MessageState.ACTIVE, MessageState.ACTIVE),
            REROUTE, Map.of(MessageState.ACTIVE, MessageState.ACTIVE),
            BOUNCE, all(MessageState.SETTLED),
            DELETE, all(MessageState.SETTLED));

    private static Map<MessageState, MessageState> all(MessageState end) {
        var all = new EnumMap<MessageState, MessageState>(MessageState.class);
        for (var state :
                List.of(MessageState.ACTIVE, MessageState.HELD, MessageState.QUARANTINED, MessageState.TO_SCAN)) {
            all.put(state, end);
        }
        return all;
    }

    /** Restarts the queue after the second chunk of the first message was lost. */
    private void loseAChunk() throws IOException {
        queue.close();
        var segment = store.list().stream()
                .filter(name -> spans(name).stream().anyMatch(OperatorActionsTest::isSecondChunk))
                .findFirst()
                .orElseThrow();
        var octets = store.octets(segment);
        var chunk = spans(segment).stream()
                .filter(OperatorActionsTest::isSecondChunk)
                .findFirst()
                .orElseThrow();
        octets[chunk.begin() + 10] ^= 1;
        store.put(segment, octets);
        queue = queue();
    }

    private List<RecordSpan> spans(String segment) {
        try {
            return RecordSpan.of(store, segment);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isSecondChunk(RecordSpan span) {
        return span.header().type() == RecordType.CHUNK && span.header().sequence() == 1;
    }

    @ParameterizedTest
    @EnumSource(names = {"ACTIVE", "QUARANTINED", "TO_SCAN", "HELD"})
    void doesNotReleaseWhatLostAPartOfItsContentAndSaysWhy(MessageState state) throws Exception {
        var id = accept(queue, "x".repeat(100_000), QueueKit.acceptance(state));
        var why = "its content is damaged: of 100000 octets only the first 65536 are left";
        assertThat(queue.damage(id)).isEmpty();
        loseAChunk();

        assertThat(queue.damage(id)).contains(why);
        for (int time = 0; time < 2; time++) {
            assertThat(state(id)).isEqualTo(MessageState.HELD);
            assertThat(recipient(id, 0).why()).isEqualTo(why);
            assertThat(queue.apply(id, RELEASE)).isEqualTo(MessageQueue.Effect.DAMAGED);
            assertThat(take(queue)).isEmpty();
            startAnew();
        }
        assertThat(queue.apply(id, DELETE)).isEqualTo(MessageQueue.Effect.CHANGED);
        assertThat(recipient(id, 0).why()).isEqualTo("deleted by the operator");
    }

    @Test
    void saysOfWhatWasTriedBeforeThatItLostAPart() throws Exception {
        var id = accept(queue, "x".repeat(100_000), "a@shop.example", "b@shop.example");
        mustTake(queue);
        queue.settle(id, List.of(relayed(0, clock.instant()), deferred(1, clock.instant())));
        loseAChunk();

        assertThat(recipient(id, 0).why()).isEqualTo("250 2.0.0 Ok");
        assertThat(recipient(id, 1).why()).startsWith("its content is damaged: ");
        assertThat(recipient(id, 1).attempts()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void doesToEachStateWhatTheTableSaysAlsoAfterARestart(MessageQueue.Action action) throws Exception {
        var after = new TreeMap<QueueId, MessageState>();
        for (var state : all(MessageState.SETTLED).keySet()) {
            var id = accepted(state);
            var expected = TABLE.getOrDefault(action, Map.of()).get(state);
            var effect = expected != null
                    ? MessageQueue.Effect.CHANGED
                    : action == HOLD && state == MessageState.TO_SCAN
                            ? MessageQueue.Effect.AWAITS_SCAN
                            : MessageQueue.Effect.NONE;
            assertThat(queue.apply(id, action)).as("%s of %s", action, state).isEqualTo(effect);
            after.put(id, expected == null ? state : expected);
        }
        for (var id : after.keySet()) {
            assertThat(state(id)).isEqualTo(after.get(id));
        }
        startAnew();
        for (var id : after.keySet()) {
            assertThat(state(id)).isEqualTo(after.get(id));
        }
    }

    @Test
    void triesADeferredOneAtOnce() throws Exception {
        var id = accepted(MessageState.ACTIVE);
        mustTake(queue);
        queue.settle(id, List.of(deferred(0, clock.instant())));
        assertThat(take(queue)).isEmpty();

        assertThat(queue.apply(id, RETRY)).isEqualTo(MessageQueue.Effect.CHANGED);

        assertThat(recipient(id, 0).why()).isEqualTo("retried by the operator");
        assertThat(mustTake(queue).id()).isEqualTo(id);
    }

    @Test
    void bouncesToTheSenderAndDeletesInSilence() throws Exception {
        var bounced = accepted(MessageState.HELD);
        var deleted = accepted(MessageState.HELD);

        assertThat(queue.apply(bounced, BOUNCE)).isEqualTo(MessageQueue.Effect.CHANGED);
        assertThat(queue.apply(deleted, DELETE)).isEqualTo(MessageQueue.Effect.CHANGED);

        assertThat(recipient(bounced, 0).state()).isEqualTo(RecipientState.FAILED);
        assertThat(recipient(bounced, 0).why()).isEqualTo("554 5.7.0 Returned by the operator");
        assertThat(recipient(deleted, 0).why()).isEqualTo("deleted by the operator");
        var dsn = mustTake(queue).id();
        assertThat(content(queue, dsn)).isEqualTo(bounced + " lost you@shop.example");
        assertThat(take(queue)).isEmpty();
        assertThat(queue.counts().total()).isEqualTo(1);
    }

    @Test
    void leavesAnAttemptUnderWayItsOutcomeAndHoldsTheRest() throws Exception {
        var id = accept(queue, "x", "a@shop.example", "b@shop.example");
        mustTake(queue);

        assertThat(queue.apply(id, DELETE)).as("both are being delivered").isEqualTo(MessageQueue.Effect.NONE);
        assertThat(queue.apply(id, HOLD)).isEqualTo(MessageQueue.Effect.CHANGED);
        queue.settle(id, List.of(relayed(0, clock.instant()), deferred(1, clock.instant())));

        assertThat(state(id)).isEqualTo(MessageState.HELD);
        assertThat(recipient(id, 0).state()).isEqualTo(RecipientState.RELAYED);
        assertThat(recipient(id, 1).state()).isEqualTo(RecipientState.HELD);
        assertThat(queue.apply(id, RELEASE)).isEqualTo(MessageQueue.Effect.CHANGED);
        assertThat(mustTake(queue).recipients()).containsExactly(1);
    }

    @Test
    void releasesAlsoWhileAnAttemptFromBeforeTheHoldRuns() throws Exception {
        var id = accepted(MessageState.ACTIVE);
        mustTake(queue);
        queue.apply(id, HOLD);

        assertThat(queue.apply(id, RELEASE)).isEqualTo(MessageQueue.Effect.CHANGED);

        assertThat(state(id)).isEqualTo(MessageState.ACTIVE);
        assertThat(take(queue)).as("still with whoever took it").isEmpty();
        queue.handBack(id, List.of(0));
        assertThat(take(queue)).isPresent();
    }

    @Test
    void doesNothingToWhatIsNotQueued() throws Exception {
        var id = accepted(MessageState.ACTIVE);
        queue.apply(id, DELETE);

        for (var action : MessageQueue.Action.values()) {
            assertThat(queue.apply(id, action)).isEqualTo(MessageQueue.Effect.NONE);
        }
    }

    @Test
    void settlesARecipientOnce() throws Exception {
        var id = accept(queue, "x", "a@shop.example", "b@shop.example");
        assertThatThrownBy(() -> queue.settle(id, List.of(relayed(0, clock.instant()))))
                .as("not given out")
                .isInstanceOf(IllegalArgumentException.class);
        mustTake(queue);
        queue.settle(id, List.of(relayed(0, clock.instant())));

        assertThatThrownBy(() -> queue.settle(id, List.of(relayed(0, clock.instant()))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("recipient 0 of " + id + " was not given out");
        assertThatThrownBy(() -> queue.settle(id, List.of(relayed(1, clock.instant()), relayed(1, clock.instant()))))
                .as("twice at once")
                .isInstanceOf(IllegalArgumentException.class);
        queue.settle(id, List.of(relayed(1, clock.instant())));
        assertThatThrownBy(() -> queue.settle(id, List.of(relayed(1, clock.instant()))))
                .isInstanceOf(QueueUnavailableException.class);
        assertThat(queue.totals().relayed()).isEqualTo(2);
    }
}
