package io.mailvane.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final RecordHeader.Stamp STAMP = new RecordHeader.Stamp(1, 2);

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final ScriptedStore store = new ScriptedStore(new MemorySegmentStore(), events::add);
    private final SegmentLog log =
            new SegmentLog(store, "zone-a", STAMP, Tenure.unlimited("zone-a", 1), new QueueKit.Clock(), () -> 0);
    private final GroupCommit writer = new GroupCommit(log, 1 << 16);
    private final List<Thread> waiters = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        writer.start();
        events.clear();
    }

    @AfterEach
    void stop() throws InterruptedException {
        writer.close();
        for (var waiter : waiters) {
            waiter.join();
        }
    }

    private Write write(String name, int octets, Write.Until until, List<Segment> needed) {
        var records = new RecordBuffer(STAMP, octets).putRaw(new byte[octets], 0, octets);
        return new Write(records, until, needed, (segment, base) -> events.add("advance " + name));
    }

    /** Submits from a thread of its own, and returns when that thread waits for the answer. */
    private void submit(String name, int octets, Write.Until until) {
        var write = write(name, octets, until, List.of());
        var waiter = Thread.ofPlatform().start(() -> {
            try {
                writer.submit(write);
                events.add("acknowledged " + name);
            } catch (QueueUnavailableException e) {
                events.add("refused " + name);
            }
        });
        waiters.add(waiter);
        await().until(() -> waiter.getState() == Thread.State.WAITING || !waiter.isAlive());
    }

    /** Lets one write hang in its force, so that what follows gathers behind it. */
    private CountDownLatch busy() {
        var gate = store.closeGate();
        submit("first", 1, Write.Until.FORCED);
        await().until(() -> events.contains("append 1"));
        return gate;
    }

    private void awaitAnswers(int count) {
        await().until(() -> events.stream()
                        .filter(event -> event.startsWith("acknowledged") || event.startsWith("refused"))
                        .count()
                == count);
    }

    @Test
    void takesAppendsForcesAdvancesAndThenAcknowledges() {
        var gate = busy();
        submit("second", 20, Write.Until.FORCED);
        submit("third", 300, Write.Until.FORCED);
        assertThat(events).containsExactly("append 1");
        gate.countDown();
        awaitAnswers(3);

        var order = new ArrayList<>(events);
        order.remove("acknowledged first");
        assertThat(order.subList(0, 6))
                .containsExactly("append 1", "force", "advance first", "append 320", "force", "advance second");
        assertThat(order.get(6)).isEqualTo("advance third");
        assertThat(order.subList(7, 9)).containsExactlyInAnyOrder("acknowledged second", "acknowledged third");
    }

    @Test
    void forcesNothingForPartsOfMessages() {
        submit("part", 10, Write.Until.APPENDED);
        awaitAnswers(1);

        assertThat(events).containsExactly("append 10", "advance part", "acknowledged part");
    }

    @Test
    void appendsInTheOrderOfTheWaitersAlsoWhatIsLargerThanItsBuffer() {
        var gate = busy();
        submit("small", 5, Write.Until.APPENDED);
        submit("large", 3 << 20, Write.Until.APPENDED);
        submit("last", 7, Write.Until.FORCED);
        gate.countDown();
        awaitAnswers(4);

        assertThat(events.stream().filter(event -> event.startsWith("append")).toList())
                .startsWith("append 1", "append 5", "append " + (3 << 20), "append 7");
        assertThat(events.stream().filter(event -> event.startsWith("advance")).toList())
                .containsExactly("advance first", "advance small", "advance large", "advance last");
    }

    @Test
    void refusesEverybodyWhoseForceFailedAndAdvancesNobody() {
        var gate = busy();
        submit("second", 20, Write.Until.FORCED);
        submit("third", 30, Write.Until.FORCED);
        store.fail(ScriptedStore.Fault.FORCE);
        gate.countDown();
        awaitAnswers(3);

        assertThat(events)
                .contains("refused first", "refused second", "refused third")
                .noneMatch(event -> event.startsWith("advance"));
    }

    @Test
    void writesOnceMoreWhatIsOwedAndNothingElse() {
        var gate = busy();
        submit("mail", 20, Write.Until.FORCED);
        submit("outcome", 30, Write.Until.FORCED_AS_OWED);
        store.failOnce(ScriptedStore.Fault.APPEND);
        gate.countDown();
        awaitAnswers(3);

        assertThat(events.stream().filter(event -> event.startsWith("advance")))
                .containsExactly("advance first", "advance outcome");
        assertThat(events)
                .contains("acknowledged outcome", "refused mail")
                .containsSubsequence("append 30", "force", "advance outcome", "acknowledged outcome");
    }

    @Test
    void triesWhatIsOwedNoMoreThanTwice() {
        var gate = busy();
        submit("outcome", 30, Write.Until.FORCED_AS_OWED);
        store.fail(ScriptedStore.Fault.APPEND_IN_THE_MIDDLE);
        gate.countDown();
        awaitAnswers(2);

        assertThat(events).contains("refused outcome");
        assertThat(events.stream().filter("append 30"::equals)).hasSize(2);
    }

    @Test
    void refusesWhatLostAPartInASegmentThatFailed() throws Exception {
        var needed = new ArrayList<Segment>();
        var part = new Write(
                new RecordBuffer(STAMP, 8).putLong(1), Write.Until.APPENDED, List.of(), (s, base) -> needed.add(s));
        writer.submit(write("before", 1, Write.Until.FORCED, List.of()));
        writer.submit(part);
        store.fail(ScriptedStore.Fault.FORCE);
        assertThatThrownBy(() -> writer.submit(write("failing", 1, Write.Until.FORCED, List.of())))
                .isInstanceOf(QueueUnavailableException.class);
        store.fail(ScriptedStore.Fault.NONE);

        assertThatThrownBy(() -> writer.submit(write("rest", 1, Write.Until.FORCED, needed)))
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessage("not stored: an earlier part was in a segment that failed");
        writer.submit(write("other", 1, Write.Until.FORCED, List.of()));
        assertThat(events).contains("advance other").doesNotContain("advance rest");
    }

    @Test
    void losesNothingThatWasForcedWhenASegmentCannotBeSealed() throws Exception {
        store.fail(ScriptedStore.Fault.SEAL);
        writer.submit(write("filling", 1 << 16, Write.Until.FORCED, List.of()));
        store.fail(ScriptedStore.Fault.NONE);
        writer.submit(write("next", 1, Write.Until.FORCED, List.of()));

        assertThat(events).contains("advance filling", "advance next");
        assertThat(store.list()).hasSize(2);
    }

    @Test
    void answersEveryWaiterWhenAnAdvanceFails() {
        var faulty =
                new Write(new RecordBuffer(STAMP, 8).putLong(1), Write.Until.FORCED, List.of(), (segment, base) -> {
                    throw new IllegalStateException("scripted");
                });

        assertThatThrownBy(() -> writer.submit(faulty))
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessage("not stored: fault in the writer");
    }

    @Test
    void answersWhoComesTooLate() {
        writer.close();

        assertThatThrownBy(() -> writer.submit(write("late", 1, Write.Until.FORCED, List.of())))
                .isInstanceOf(QueueUnavailableException.class)
                .hasMessage("the queue is closing");
    }

    @Test
    void storesWhatWaitsBeforeItCloses() throws InterruptedException {
        var gate = busy();
        submit("second", 20, Write.Until.FORCED);
        var closing = Thread.ofPlatform().start(writer::close);
        await().until(() -> closing.getState() == Thread.State.WAITING);
        gate.countDown();
        closing.join();
        awaitAnswers(2);

        assertThat(events).contains("acknowledged first", "acknowledged second");
    }
}
