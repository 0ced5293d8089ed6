package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mailvane.mail.Lease;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A queue that goes on with another node's partition, whose owner is dead, or only seems so. */
class AdoptionTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final MemorySegmentStore partition = new MemorySegmentStore();
    private final List<MessageQueue> open = new ArrayList<>();
    private MessageQueue former;
    private MessageQueue adopter;

    @BeforeEach
    void begin() throws IOException {
        former = open("zone-a", partition, 1);
        adopter = open("zone-b", new MemorySegmentStore(), 1);
    }

    private MessageQueue open(String node, SegmentStore store, long epoch) throws IOException {
        return open(node, store, epoch, clock);
    }

    private MessageQueue open(String node, SegmentStore store, long epoch, QueueKit.Clock clock) throws IOException {
        var settings = new QueueSettings(node, QueueKit.RETRY, 1 << 16, 100);
        var queue = MessageQueue.open(
                settings, store, QueueKit.DSN, clock, Tenure.unlimited(node, epoch), Adoption.Ending.IN_ORDER);
        open.add(queue);
        return queue;
    }

    @AfterEach
    void end() throws IOException {
        for (var queue : open) {
            queue.close();
        }
    }

    private Adoption adopt(long epoch, Adoption.Ending ending) throws IOException {
        return adopter.adopt(partition, "zone-a", Tenure.unlimited("zone-a", epoch), ending);
    }

    private List<QueueId> queued() throws IOException {
        return adopter.list(QueueFilter.ALL, Optional.empty(), 100).stream()
                .map(MessageDetail::id)
                .toList();
    }

    private String why(QueueId id) throws IOException {
        return adopter.show(id).orElseThrow().recipients().getFirst().why();
    }

    private RecipientState state(QueueId id) throws IOException {
        return adopter.show(id).orElseThrow().recipients().getFirst().state();
    }

    @Test
    void goesOnWithWhatIsQueuedAsWithItsOwn() throws Exception {
        var theirs = accept(former, "theirs", "a@shop.example");
        var held = accept(former, "held", QueueKit.acceptance(MessageState.HELD));
        var ours = accept(adopter, "ours", "b@shop.example");
        var adoption = adopt(2, Adoption.Ending.IN_ORDER);

        assertThat(adoption.messages()).isEqualTo(2);
        assertThat(adoption.inDoubt()).isZero();
        assertThat(queued()).containsExactlyInAnyOrder(theirs, held, ours);
        assertThat(content(adopter, theirs)).isEqualTo("theirs");
        assertThat(adopter.counts().held()).isEqualTo(1);
        var taken = List.of(mustTake(adopter).id(), mustTake(adopter).id());
        assertThat(taken).containsExactlyInAnyOrder(theirs, ours);
        adopter.settle(theirs, List.of(relayed(0, clock.instant())));
        assertThat(adopter.apply(held, MessageQueue.Action.RELEASE)).isEqualTo(MessageQueue.Effect.CHANGED);
        assertThat(mustTake(adopter).id()).isEqualTo(held);
        assertThat(state(theirs)).isEqualTo(RecipientState.RELAYED);
    }

    /** Also if its owner's clock was ahead, and although what is written of it comes in meanwhile. */
    @Test
    void isKnownBeforeWhatComesInAndWhatIsWrittenOfIt() throws Exception {
        var ahead = new QueueKit.Clock();
        ahead.advance(Duration.ofHours(5));
        var store = new MemorySegmentStore();
        var theirs = accept(open("zone-c", store, 1, ahead), "theirs", "a@shop.example");
        adopter.adopt(store, "zone-c", Tenure.unlimited("zone-c", 2), Adoption.Ending.IN_ORDER);
        var ours = accept(adopter, "ours", "b@shop.example");
        var known = adopter.known();
        adopter.apply(theirs, MessageQueue.Action.HOLD);
        adopter.apply(ours, MessageQueue.Action.BOUNCE);
        accept(adopter, "later", "c@shop.example");
        adopter.apply(theirs, MessageQueue.Action.BOUNCE);
        var foundLater = accept(former, "found later", "d@shop.example");
        adopt(2, Adoption.Ending.IN_ORDER);
        adopter.apply(foundLater, MessageQueue.Action.BOUNCE);

        assertThat(known.list(QueueFilter.ALL, Optional.empty(), 100)).isEmpty();
        assertThat(queued()).as("three reports and what came in").hasSize(4);
    }

    @Test
    void writesOutcomesAndDsnsToSegmentsOfItsOwnEpoch() throws Exception {
        var id = accept(former, "theirs", "a@shop.example");
        adopt(5, Adoption.Ending.IN_ORDER);
        mustTake(adopter);
        adopter.settle(id, List.of(failed(0, clock.instant())));

        assertThat(MessageQueue.latestEpoch(partition)).isEqualTo(5);
        var replayed = Replayed.of(partition);
        assertThat(replayed.settled()).containsOnlyKeys(id);
        assertThat(replayed.queued().values()).singleElement().satisfies(dsn -> {
            assertThat(dsn.content()).isEqualTo(id + " lost a@shop.example");
            assertThat(queued()).containsExactly(dsn.detail().id());
        });
    }

    @Test
    void marksWhatItsOwnerMayHaveBeenDelivering() throws Exception {
        var due = accept(former, "due", "a@shop.example");
        var later = accept(former, "later", "b@shop.example");
        mustTake(former);
        former.settle(mustTake(former).id(), List.of(deferred(0, clock.instant())));
        var adoption = adopt(2, Adoption.Ending.UNKNOWN);

        assertThat(adoption.inDoubt()).isEqualTo(1);
        assertThat(why(due)).isEqualTo("in doubt: zone-a may have been delivering it when it stopped");
        assertThat(why(later)).isEqualTo("451 4.3.2 Busy");
        assertThat(take(adopter).map(DueMessage::id)).contains(due);
    }

    /** Two machines: what was due by the clock of one is due here, and may have been under way there. */
    @Test
    void waitsForNoClockOfItsOwnerThatIsAheadByMinutes() throws Exception {
        var ahead = new QueueKit.Clock();
        ahead.advance(Duration.ofMinutes(17));
        var store = new MemorySegmentStore();
        var owner = open("zone-c", store, 1, ahead);
        var retried = accept(owner, "retried", "a@shop.example");
        var waiting = accept(owner, "waiting", "b@shop.example");
        mustTake(owner);
        mustTake(owner);
        owner.settle(retried, List.of(deferred(0, ahead.instant())));
        ahead.advance(QueueKit.RETRY.steps().getFirst());
        owner.settle(waiting, List.of(deferred(0, ahead.instant())));
        var fresh = accept(owner, "fresh", "c@shop.example");

        var adoption = adopter.adopt(store, "zone-c", Tenure.unlimited("zone-c", 2), Adoption.Ending.UNKNOWN);

        assertThat(mustTake(adopter).id()).isEqualTo(fresh);
        assertThat(take(adopter)).isEmpty();
        assertThat(List.of(why(retried), why(waiting), why(fresh)))
                .containsExactly(
                        "in doubt: zone-c may have been delivering it when it stopped",
                        "451 4.3.2 Busy",
                        "in doubt: zone-c may have been delivering it when it stopped");
        assertThat(adoption.inDoubt()).isEqualTo(2);
        var late = accept(owner, "late", "d@shop.example");
        assertThat(adoption.catchUp()).isEqualTo(1);
        assertThat(mustTake(adopter).id()).isEqualTo(late);
    }

    @Test
    void tellsTheLogOnceOfEachDamageInWhatItReads() throws Exception {
        accept(former, "first", "a@shop.example");
        accept(former, "second", "b@shop.example");
        accept(former, "third", "c@shop.example");
        var segment = partition.lastName();
        var octets = partition.octets(segment);
        int middle = octets.length / 2 - 30;
        Arrays.fill(octets, middle, middle + 60, (byte) 0);
        partition.put(segment, octets);
        var logger = (Logger) LoggerFactory.getLogger(Opening.class);
        var log = new ListAppender<ILoggingEvent>();
        log.start();
        logger.addAppender(log);
        try {
            var tenure = Tenure.unlimited("zone-a.3", 2);
            var adoption = adopter.adopt(partition, "zone-a", tenure, Adoption.Ending.UNKNOWN);
            assertThat(damage(log))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith("event=alarm what=queue-damaged partition=zone-a.3 reason="))
                    .allMatch(line -> line.contains("segment " + segment + " is damaged from")
                            || line.contains("lost a part of its records"));
            int known = damage(log).size();
            var grown = Arrays.copyOf(octets, octets.length + 60);
            partition.put(segment, grown);
            adoption.catchUp();
            assertThat(damage(log))
                    .as("a torn end is none, and the rest was told")
                    .hasSize(known);
            var last = RecordSpan.of(partition, segment).getLast();
            var behind = Arrays.copyOf(grown, grown.length + last.end() - last.begin());
            System.arraycopy(octets, last.begin(), behind, grown.length, last.end() - last.begin());
            partition.put(segment, behind);
            adoption.catchUp();
            assertThat(damage(log))
                    .hasSize(known + 1)
                    .last()
                    .asString()
                    .contains("partition=zone-a.3 reason=\"segment " + segment + " is damaged from " + octets.length);
        } finally {
            logger.detachAppender(log);
        }
    }

    private static List<String> damage(ListAppender<ILoggingEvent> log) {
        return log.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains("what=queue-damaged"))
                .toList();
    }

    @Test
    void findsMailThatItsOwnerTookWithoutKnowing() throws Exception {
        var before = accept(former, "before", "a@shop.example");
        var adoption = adopt(2, Adoption.Ending.UNKNOWN);
        var late = accept(former, "late", "b@shop.example");
        var inANewSegment = accept(former, "x".repeat(70_000), "c@shop.example");
        var last = accept(former, "last", "d@shop.example");

        assertThat(adoption.catchUp()).isEqualTo(3);
        assertThat(adoption.catchUp()).isZero();
        assertThat(adoption.inDoubt())
                .as("its owner may have begun to deliver what it took")
                .isEqualTo(4);
        assertThat(queued()).containsExactly(before, late, inANewSegment, last);
        assertThat(content(adopter, last)).isEqualTo("last");
        assertThat(adoption.messages()).isEqualTo(4);
    }

    @Test
    void believesItsOwnerWhatThatHadDelivered() throws Exception {
        var delivered = accept(former, "delivered", "a@shop.example");
        var both = accept(former, "both", "b@shop.example");
        mustTake(former);
        mustTake(former);
        var adoption = adopt(2, Adoption.Ending.UNKNOWN);
        var under = takeThat(both);
        former.settle(delivered, List.of(relayed(0, clock.instant())));
        former.settle(both, List.of(relayed(0, clock.instant())));
        adoption.catchUp();
        adoption.ownerHasEnded();
        boolean endedMeanwhile = adoption.hasOwnerEnded();
        adopter.settle(under, List.of(deferred(0, clock.instant())));
        adoption.catchUp();
        adoption.ownerHasEnded();

        assertThat(state(delivered)).isEqualTo(RecipientState.RELAYED);
        assertThat(why(delivered)).isEqualTo("settled by zone-a before it knew that it was adopted");
        assertThat(state(both)).as("under way here when it was read").isEqualTo(RecipientState.RELAYED);
        assertThat(List.of(endedMeanwhile, adoption.hasOwnerEnded())).containsExactly(false, true);
    }

    @Test
    void believesItsOwnerWhichOfTheRecipientsItHadDeliveredTo() throws Exception {
        var id = accept(former, "half", "a@shop.example", "b@shop.example");
        mustTake(former);
        var adoption = adopt(2, Adoption.Ending.UNKNOWN);
        former.settle(id, List.of(relayed(0, clock.instant()), deferred(1, clock.instant())));
        adoption.catchUp();

        assertThat(adopter.show(id).orElseThrow().recipients())
                .extracting(MessageDetail.RecipientDetail::state)
                .containsExactly(RecipientState.RELAYED, RecipientState.ACTIVE);
    }

    private QueueId takeThat(QueueId wanted) throws Exception {
        var first = mustTake(adopter);
        if (!first.id().equals(wanted)) {
            assertThat(mustTake(adopter).id()).isEqualTo(wanted);
            adopter.handBack(first.id(), first.recipients());
        }
        return wanted;
    }

    @Test
    void deletesNothingBeforeItsOwnerHasEndedAndAllAfterwards() throws Exception {
        accept(former, "theirs", "a@shop.example");
        var adoption = adopt(2, Adoption.Ending.IN_ORDER);
        var due = mustTake(adopter);
        adopter.settle(due.id(), List.of(relayed(0, clock.instant())));

        assertThat(adoption.reclaim()).isZero();
        assertThat(adoption.isFinished()).isFalse();
        adoption.ownerHasEnded();
        assertThat(adoption.isFinished()).isTrue();
        adoption.finish();
        assertThat(partition.list()).isEmpty();
        assertThat(adopter.mayDeliver()).isTrue();
    }

    @Test
    void deletesNothingOnceTheLeaseHasLapsed() throws Exception {
        accept(former, "theirs", "a@shop.example");
        var holds = new AtomicBoolean(true);
        var lease = new Lease("zone-a", 2, 1);
        var adoption = adopter.adopt(
                partition, "zone-a", new Tenure(() -> lease, () -> holds.get() ? 0 : 1), Adoption.Ending.IN_ORDER);
        adopter.settle(mustTake(adopter).id(), List.of(relayed(0, clock.instant())));
        adoption.ownerHasEnded();
        var before = partition.list();
        holds.set(false);
        adoption.finish();

        assertThat(partition.list()).isEqualTo(before);
    }

    @Test
    void leavesNothingOpenWhereItFails() throws Exception {
        accept(former, "theirs", "a@shop.example");
        var full = new ScriptedStore(partition);
        full.fail(ScriptedStore.Fault.CREATE);

        assertThatThrownBy(() -> adopter.adopt(full, "zone-a", Tenure.unlimited("zone-a", 2), Adoption.Ending.UNKNOWN))
                .isInstanceOf(IOException.class);
        assertThat(queued()).isEmpty();
        assertThat(adopter.mayDeliver()).isTrue();
        assertThat(adopt(3, Adoption.Ending.UNKNOWN).inDoubt()).isEqualTo(1);
    }

    @Test
    void isNotFinishedWhileMailOfItIsQueued() throws Exception {
        accept(former, "theirs", "a@shop.example");
        var adoption = adopt(2, Adoption.Ending.IN_ORDER);
        adoption.ownerHasEnded();

        assertThat(adoption.isFinished()).isFalse();
        assertThat(queued()).hasSize(1);
    }

    @Test
    void anAdopterThatDiesIsFollowedByAnother() throws Exception {
        var one = accept(former, "one", "a@shop.example");
        var two = accept(former, "two", "b@shop.example");
        adopt(2, Adoption.Ending.UNKNOWN);
        var first = mustTake(adopter);
        adopter.settle(first.id(), List.of(relayed(0, clock.instant())));
        adopter = open("zone-c", new MemorySegmentStore(), 1);
        var again = adopt(3, Adoption.Ending.UNKNOWN);

        assertThat(again.messages()).isEqualTo(1);
        assertThat(queued()).containsExactly(first.id().equals(one) ? two : one);
    }

    @Test
    void isRefusedAnEpochThatIsPast() throws Exception {
        accept(former, "theirs", "a@shop.example");

        assertThatThrownBy(() -> adopt(1, Adoption.Ending.UNKNOWN))
                .isInstanceOf(IOException.class)
                .hasMessage("epoch 1 was granted, but there are records of epoch 1");
        assertThat(queued()).isEmpty();
    }
}
