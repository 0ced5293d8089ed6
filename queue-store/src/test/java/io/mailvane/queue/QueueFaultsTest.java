package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What becomes of mail while its storage fails. */
class QueueFaultsTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore memory = new MemorySegmentStore();
    private final ScriptedStore store = new ScriptedStore(memory);

    @ParameterizedTest
    @EnumSource(
            value = ScriptedStore.Fault.class,
            mode = Mode.EXCLUDE,
            names = {"NONE", "READ", "SEAL", "CREATE"})
    void refusesMailThatIsNotForcedAndGoesOnInANewSegment(ScriptedStore.Fault fault) throws Exception {
        var queue = QueueKit.open(store, clock);
        var before = accept(queue, "before", "a@shop.example");
        store.fail(fault);
        assertRefused(queue);
        assertRefused(queue);
        assertThat(queue.closedReason())
                .hasValueSatisfying(why -> assertThat(why).startsWith("nothing can be stored: scripted: " + fault));
        assertThat(queue.list(QueueFilter.ALL, Optional.empty(), 10)).hasSize(1);

        store.fail(ScriptedStore.Fault.NONE);
        clock.advance(Duration.ofSeconds(1));
        await().until(() -> queue.closedReason().isEmpty());
        var after = accept(queue, "after", "a@shop.example");
        queue.close();

        assertPromisesKept(fault, before, after);
    }

    private static void assertRefused(MessageQueue queue) {
        assertThatThrownBy(() -> accept(queue, "refused", "a@shop.example"))
                .isInstanceOf(QueueUnavailableException.class);
    }

    /** Only what was forced and said to have failed may be found again though it was refused. */
    private void assertPromisesKept(ScriptedStore.Fault fault, QueueId before, QueueId after) throws Exception {
        var replayed = Replayed.of(memory);
        assertThat(replayed.findings()).isEmpty();
        assertThat(replayed.queued().keySet()).contains(before, after);
        int mayBeFound = fault == ScriptedStore.Fault.FORCE_IN_DOUBT || fault == ScriptedStore.Fault.FORCE ? 3 : 2;
        assertThat(replayed.queued()).hasSizeBetween(2, mayBeFound);
    }

    @Test
    void saysWhyWhileNoSegmentCanBeMadeAndOpensByItself() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            store.fail(ScriptedStore.Fault.CREATE);
            accept(queue, "x".repeat(65_500), "fills@shop.example");
            assertRefused(queue);
            assertThat(queue.closedReason()).contains("nothing can be stored: scripted: CREATE");
            int tries = store.created();
            assertRefused(queue);
            assertThat(store.created()).as("not tried again at once").isEqualTo(tries);

            store.fail(ScriptedStore.Fault.NONE);
            clock.advance(Duration.ofSeconds(1));
            await().until(() -> queue.closedReason().isEmpty());
            accept(queue, "again", "a@shop.example");
        }
    }

    @Test
    void doesNotStartWhereNothingCanBeWritten() {
        for (var fault : List.of(ScriptedStore.Fault.CREATE, ScriptedStore.Fault.APPEND, ScriptedStore.Fault.FORCE)) {
            store.fail(fault);

            assertThatThrownBy(() -> QueueKit.open(store, clock)).hasMessage("scripted: " + fault);
        }
    }

    @Test
    void givesNothingOutWhileNoOutcomeCanBeWritten() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            accept(queue, "x", "a@shop.example");
            store.fail(ScriptedStore.Fault.FORCE);
            assertRefused(queue);
            assertRefused(queue);

            assertThat(take(queue)).isEmpty();
            store.fail(ScriptedStore.Fault.NONE);
            clock.advance(Duration.ofSeconds(1));
            await().until(() -> queue.closedReason().isEmpty());
            assertThat(take(queue)).isPresent();
        }
    }

    @Test
    void triesAgainLaterWhoseOutcomeCouldNotBeWritten() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            var id = accept(queue, "x", "a@shop.example", "b@shop.example");
            mustTake(queue);
            store.fail(ScriptedStore.Fault.FORCE);
            assertThatThrownBy(() -> queue.settle(id, List.of(relayed(0, clock.instant()))))
                    .isInstanceOf(QueueUnavailableException.class);
            store.fail(ScriptedStore.Fault.NONE);
            queue.settle(id, List.of(relayed(1, clock.instant())));

            assertThat(take(queue)).isEmpty();
            clock.advance(Duration.ofMinutes(5));
            assertThat(mustTake(queue).recipients()).containsExactly(0);
            queue.settle(id, List.of(relayed(0, clock.instant())));
            assertThat(queue.counts().total()).isZero();
        }
    }

    /** Room may have been made by then; a delivery that was made is not to be made again. */
    @ParameterizedTest
    @EnumSource(
            value = ScriptedStore.Fault.class,
            names = {"APPEND", "APPEND_IN_THE_MIDDLE", "FORCE", "FORCE_IN_DOUBT"})
    void writesAnOutcomeOnceMoreInANewSegment(ScriptedStore.Fault fault) throws Exception {
        var queue = QueueKit.open(store, clock, QueueKit.DSN);
        var id = accept(queue, "x", "a@shop.example", "b@shop.example");
        mustTake(queue);
        store.failOnce(fault);
        queue.settle(id, List.of(relayed(0, clock.instant()), failed(1, clock.instant())));
        assertThat(queue.closedReason()).isEmpty();
        var dsn = mustTake(queue).id();
        queue.close();

        var replayed = Replayed.of(memory);
        assertThat(replayed.findings()).isEmpty();
        assertThat(replayed.settled()).containsOnlyKeys(id);
        assertThat(replayed.queued()).containsOnlyKeys(dsn);
        assertThat(replayed.queued().get(dsn))
                .extracting(Replayed.Message::content)
                .isEqualTo(id + " lost b@shop.example");
    }

    @Test
    void writesAnOutcomeAlsoAMomentAfterNothingCouldBeStored() throws Exception {
        var queue = QueueKit.open(store, clock);
        var id = accept(queue, "x", "a@shop.example");
        mustTake(queue);
        store.failOnce(ScriptedStore.Fault.FORCE);
        assertRefused(queue);
        store.failOnce(ScriptedStore.Fault.APPEND_IN_THE_MIDDLE);
        assertRefused(queue);
        assertThat(queue.closedReason()).isPresent();
        queue.settle(id, List.of(relayed(0, clock.instant())));
        queue.close();

        assertThat(Replayed.of(memory).settled()).containsOnlyKeys(id);
    }

    @Test
    void keepsAMessageThatCannotBeReadJustNow() throws Exception {
        var id = new ArrayList<QueueId>();
        try (var queue = QueueKit.open(store, clock)) {
            id.add(accept(queue, "x", "a@shop.example"));
        }
        try (var queue = QueueKit.open(store, clock)) {
            store.fail(ScriptedStore.Fault.READ);
            assertThat(take(queue)).isEmpty();
            store.fail(ScriptedStore.Fault.NONE);
            assertThat(take(queue)).isEmpty();
            clock.advance(Duration.ofMinutes(5));

            assertThat(mustTake(queue).id()).isEqualTo(id.getFirst());
            assertThat(content(queue, id.getFirst())).isEqualTo("x");
        }
    }

    /** Who stops takes nothing more; of the message that it was about to take nothing is wrong. */
    @Test
    void leavesAMessageDueWhoseTakerIsInterruptedWhileItIsRead(@TempDir Path folder) throws Exception {
        var files = new FileSegmentStore(folder);
        var id = new ArrayList<QueueId>();
        try (var queue = QueueKit.open(files, clock)) {
            id.add(accept(queue, "x", "a@shop.example"));
        }
        var interrupting = new AtomicBoolean();
        try (var queue = QueueKit.open(interruptedWhileItReads(files, interrupting), clock)) {
            interrupting.set(true);
            assertThatThrownBy(() -> take(queue)).isInstanceOf(InterruptedException.class);
            interrupting.set(false);

            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(mustTake(queue).id()).isEqualTo(id.getFirst());
        }
    }

    private static SegmentStore interruptedWhileItReads(SegmentStore files, AtomicBoolean interrupting) {
        return new ForwardingSegmentStore(files) {
            @Override
            public Reader open(String name) throws IOException {
                return new ForwardingReader(super.open(name)) {
                    @Override
                    public int read(ByteBuffer into, long position) throws IOException {
                        if (interrupting.get()) {
                            Thread.currentThread().interrupt();
                        }
                        return super.read(into, position);
                    }
                };
            }
        };
    }

    @Test
    void losesTheRestOfAMessageWithItsFirstPart() throws Exception {
        try (var queue = QueueKit.open(store, clock)) {
            accept(queue, "x", "a@shop.example");
            try (var incoming = queue.begin("client[127.0.0.1]")) {
                incoming.write(new byte[100_000], 0, 100_000);
                store.fail(ScriptedStore.Fault.FORCE);
                assertRefused(queue);
                store.fail(ScriptedStore.Fault.NONE);

                assertThatThrownBy(() -> incoming.commit(QueueKit.acceptance(MessageState.ACTIVE)))
                        .isInstanceOf(QueueUnavailableException.class);
            }
            assertThat(queue.counts().total()).isEqualTo(1);
        }
        assertThat(Replayed.of(memory).queued()).hasSizeLessThan(3);
    }
}
