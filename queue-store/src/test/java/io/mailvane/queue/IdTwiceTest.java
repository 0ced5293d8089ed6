package io.mailvane.queue;

import static io.mailvane.queue.QueueKit.accept;
import static io.mailvane.queue.QueueKit.content;
import static io.mailvane.queue.QueueKit.deferred;
import static io.mailvane.queue.QueueKit.failed;
import static io.mailvane.queue.QueueKit.mustTake;
import static io.mailvane.queue.QueueKit.relayed;
import static io.mailvane.queue.QueueKit.take;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No queue id is given twice, whatever clocks show; and where one was, both messages leave. */
class IdTwiceTest {
    private final QueueKit.Clock clock = new QueueKit.Clock();
    private final List<MessageQueue> open = new ArrayList<>();

    private MessageQueue open(String node, String partition, SegmentStore store) throws IOException {
        var settings = new QueueSettings(node, QueueKit.RETRY, 1 << 16, 100);
        var tenure = Tenure.unlimited(partition, MessageQueue.latestEpoch(store) + 1);
        var queue = MessageQueue.open(settings, store, QueueKit.DSN, clock, tenure, Adoption.Ending.IN_ORDER);
        open.add(queue);
        return queue;
    }

    @AfterEach
    void end() throws IOException {
        for (var queue : open) {
            queue.close();
        }
    }

    private static Adoption adopt(MessageQueue adopter, String partition, SegmentStore store) throws IOException {
        var tenure = Tenure.unlimited(partition, MessageQueue.latestEpoch(store) + 1);
        return adopter.adopt(store, "zone-a", tenure, Adoption.Ending.IN_ORDER);
    }

    private static List<QueueId> queued(MessageQueue queue) throws IOException {
        return queue.list(QueueFilter.ALL, Optional.empty(), 100).stream()
                .map(MessageDetail::id)
                .toList();
    }

    /** Its machine begins with the same time at each boot, and another node has what it gave ids to. */
    @Test
    void aNodeThatComesBackWithTheNextPartitionGivesNoIdAgain() throws Exception {
        var before = accept(open("zone-a", "zone-a", new MemorySegmentStore()), "before", "a@shop.example");
        var after = accept(open("zone-a", "zone-a.1", new MemorySegmentStore()), "after", "a@shop.example");

        assertThat(after).isNotEqualTo(before);
        assertThat(after.epochMillis()).isEqualTo(before.epochMillis());
    }

    @Test
    void anAdopterThatComesBackGivesNoIdOfAReportThatItWroteForAnother() throws Exception {
        var partition = new MemorySegmentStore();
        accept(open("zone-a", "zone-a", partition), "theirs", "a@shop.example");
        var own = new MemorySegmentStore();
        var adopter = open("zone-b", "zone-b", own);
        adopt(adopter, "zone-a", partition);
        adopter.settle(mustTake(adopter).id(), List.of(failed(0, clock.instant())));
        var dsn = mustTake(adopter).id();

        assertThat(accept(open("zone-b", "zone-b", own), "after", "b@shop.example"))
                .isNotEqualTo(dsn);
    }

    @Test
    void anAdopterThatAdoptsAgainGivesNoIdOfAReportThatItWroteBefore() throws Exception {
        var partition = new MemorySegmentStore();
        var owner = open("zone-a", "zone-a", partition);
        accept(owner, "one", "a@shop.example");
        accept(owner, "two", "b@shop.example");
        var dsns = new ArrayList<QueueId>();
        for (int time = 0; time < 2; time++) {
            var adopter = open("zone-b", "zone-b", new MemorySegmentStore());
            adopt(adopter, "zone-a", partition);
            var known = queued(adopter);
            var due = mustTake(adopter);
            while (dsns.contains(due.id())) {
                due = mustTake(adopter);
            }
            adopter.settle(due.id(), List.of(failed(0, clock.instant())));
            queued(adopter).stream().filter(id -> !known.contains(id)).forEach(dsns::add);
            adopter.close();
        }

        assertThat(dsns).hasSize(2).doesNotHaveDuplicates();
    }

    /** As of a version that gave ids by the node's name alone. */
    private MemorySegmentStore partitionWith(String content) throws Exception {
        var store = new MemorySegmentStore();
        try (var queue = open("zone-a", "zone-a", store)) {
            accept(queue, content, "a@shop.example", "b@shop.example");
        }
        return store;
    }

    @Test
    void bothOfTwoMessagesWithOneIdLeave() throws Exception {
        var one = partitionWith("one");
        var other = partitionWith("other" + "x".repeat(200_000));
        var adopter = open("zone-b", "zone-b", new MemorySegmentStore());
        adopt(adopter, "zone-a", one);
        var id = queued(adopter).getFirst();
        var adoption = adopt(adopter, "zone-a.1", other);
        var both = queued(adopter);

        assertThat(adoption.messages()).isEqualTo(1);
        assertThat(both).hasSize(2).contains(id).doesNotHaveDuplicates();
        assertThat(content(adopter, id)).isEqualTo("one");
        var renamed = both.stream().filter(each -> !each.equals(id)).findFirst().orElseThrow();
        assertThat(content(adopter, renamed)).startsWith("otherxxx").hasSize(200_005);
        for (int i = 0; i < 2; i++) {
            adopter.settle(mustTake(adopter).id(), List.of(relayed(0, clock.instant()), relayed(1, clock.instant())));
        }
        adoption.ownerHasEnded();
        assertThat(queued(adopter)).isEmpty();
        assertThat(adoption.isFinished()).as("nothing of it stays behind").isTrue();
    }

    @Test
    void whatBecameOfItSoFarGoesAlongAndTheNewIdOutlastsTheAdopter() throws Exception {
        var one = partitionWith("one");
        var other = partitionWith("other");
        try (var owner = open("zone-a", "zone-a", other)) {
            var due = mustTake(owner);
            owner.settle(due.id(), List.of(relayed(0, clock.instant()), deferred(1, clock.instant())));
            owner.apply(due.id(), MessageQueue.Action.HOLD);
        }
        var adopter = open("zone-b", "zone-b", new MemorySegmentStore());
        adopt(adopter, "zone-a", one);
        adopt(adopter, "zone-a.1", other);
        var before = queued(adopter);
        adopter.close();
        var next = open("zone-c", "zone-c", new MemorySegmentStore());
        adopt(next, "zone-a", one);
        adopt(next, "zone-a.1", other);

        assertThat(queued(next)).isEqualTo(before).hasSize(2);
        var renamed = next.list(QueueFilter.ALL, Optional.empty(), 2).stream()
                .filter(message -> message.state() == MessageState.HELD)
                .findFirst()
                .orElseThrow();
        assertThat(renamed.recipients())
                .extracting(MessageDetail.RecipientDetail::state)
                .containsExactly(RecipientState.RELAYED, RecipientState.HELD);
        assertThat(renamed.recipients().getLast().attempts()).hasSize(1);
    }

    @Test
    void whatItsFormerOwnerStillSaysOfItCountsUnderItsNewId() throws Exception {
        var one = partitionWith("one");
        var other = partitionWith("other");
        var owner = open("zone-a", "zone-a", other);
        var adopter = open("zone-b", "zone-b", new MemorySegmentStore());
        adopt(adopter, "zone-a", one);
        var id = queued(adopter).getFirst();
        var adoption = adopt(adopter, "zone-a.1", other);
        owner.settle(mustTake(owner).id(), List.of(relayed(0, clock.instant()), relayed(1, clock.instant())));
        adoption.catchUp();

        assertThat(queued(adopter)).containsExactly(id);
        assertThat(content(adopter, id)).isEqualTo("one");
    }

    @Test
    void oneThatIsFoundLaterLeavesToo() throws Exception {
        var one = partitionWith("one");
        var other = new MemorySegmentStore();
        var owner = open("zone-a", "zone-a", other);
        var adopter = open("zone-b", "zone-b", new MemorySegmentStore());
        adopt(adopter, "zone-a", one);
        var adoption = adopt(adopter, "zone-a.1", other);
        accept(owner, "late", "a@shop.example");

        assertThat(adoption.catchUp()).isEqualTo(1);
        assertThat(adoption.catchUp()).isZero();
        assertThat(queued(adopter)).hasSize(2);
        clock.advance(Duration.ofSeconds(1));
        assertThat(List.of(mustTake(adopter).id(), mustTake(adopter).id())).hasSameElementsAs(queued(adopter));
        assertThat(take(adopter)).isEmpty();
    }
}
