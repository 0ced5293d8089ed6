package io.mailvane.appliance.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.appliance.web.PartitionStatus;
import io.mailvane.appliance.web.Takeovers;
import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.storage.FileLeaseStore;
import io.mailvane.storage.Heartbeat;
import io.mailvane.storage.Incarnation;
import io.mailvane.storage.LeaseTerm;
import io.mailvane.storage.Leases;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What zone-b does with the partitions of nodes that are gone. */
class AdoptionsTest extends AdoptionsKit {
    /** The reading lasts until the lease has lapsed, as where the process is stopped in its middle. */
    @Test
    void saysNotThatAPartitionIsAdoptedWhoseLeaseWasLostWhileItWasRead() throws IOException {
        handOver("zone-a");
        var frozen = new Adoptions(
                "zone-b",
                leases("zone-b"),
                partition -> {
                    skew.addAndGet(TERM.toNanos());
                    return segments(partition);
                },
                TERM,
                System::nanoTime);
        try (var lines = new Lines(Adoptions.class)) {
            assertThat(frozen.adoptNow(queue, "zone-a"))
                    .contains("partition zone-a is not adopted: the lease on it was lost while it was read");
            assertThat(lines.lines())
                    .containsExactly("event=alarm what=not-adopted partition=zone-a"
                            + " reason=\"the lease on it was lost while it was read\"");
        }
        assertThat(frozen.status()).isEmpty();
        assertThat(frozen.takeovers()).isEqualTo(Takeovers.NONE);
    }

    @Test
    void remembersATakeoverThatIsFinished() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);

        var past = adoptions.takeovers();
        assertThat(adoptions.status()).isEmpty();
        assertThat(past.count()).isEqualTo(1);
        assertThat(past.last())
                .singleElement()
                .returns("zone-a", Takeovers.Takeover::partition)
                .returns(2L, Takeovers.Takeover::epoch)
                .matches(each -> each.finished().isPresent());
    }

    @Test
    void saysThatNothingIsLeftInWhatIsFinished() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a")).contains("nothing is left in partition zone-a");
    }

    @Test
    void findsAPartitionByItsNodesName() throws IOException {
        handOver("zone-a");
        adoptions.watch(queue);
        handOver("zone-a");

        assertThat(standing("zone-a.1").claim().node()).isEqualTo("zone-a");
        assertThat(adoptions.adoptNow(queue, "zone-a")).isEmpty();
        assertThat(standing("zone-a.1").claim().node()).isEqualTo("zone-b");
        assertThat(adoptions.adoptNow(queue, "zone-b")).contains("partition zone-b is this node's already");
        assertThat(adoptions.adoptNow(queue, "zone-x")).contains("there is no partition zone-x on this volume");
    }

    /** Its lease holds still, but a claim is what the partition's owner is known by. */
    @Test
    void saysNotThatAPartitionIsAdoptedWhichAnotherClaimedWhileItWasRead() throws IOException {
        handOver("zone-a");
        var late = new AtomicLong();
        var other = leases("zone-c", () -> now() + late.get());
        var overtaken = new Adoptions(
                "zone-b",
                leases("zone-b"),
                partition -> {
                    other.look();
                    late.addAndGet(TERM.toNanos());
                    var silent = other.look().stream()
                            .filter(each -> each.partition().equals(partition))
                            .findFirst();
                    assertThat(other.adopt(silent.orElseThrow())).isPresent();
                    return segments(partition);
                },
                TERM,
                this::now);

        assertThat(overtaken.adoptNow(queue, "zone-a"))
                .contains("partition zone-a is not adopted: the lease on it was lost while it was read");
        assertThat(overtaken.status()).isEmpty();
    }

    /** It is read, and its lease is renewed: whatever comes of that look, it is delivered to its end. */
    @Test
    void goesOnWithAPartitionAlsoIfTheVolumeCannotBeListedOnceItIsRead() throws Exception {
        leave("zone-a", Heartbeat.State.HANDED_OVER);
        var store = new UnlistableStore(new FileLeaseStore(volume));
        var owner = new Leases.Owner("zone-b", Incarnation.ofThisProcess(), other -> isOwnerGone);
        var unsure = new Adoptions(
                "zone-b",
                new Leases(store, owner, LeaseTerm.of(TERM), this::now, (lease, why) -> {}),
                partition -> {
                    store.failNext();
                    return segments(partition);
                },
                TERM,
                this::now);

        assertThat(unsure.adoptNow(queue, "zone-a")).isEmpty();
        assertThat(unsure.status()).hasSize(1);
        relay();
        unsure.watch(queue);
        assertThat(unsure.status()).isEmpty();
        assertThat(isFinished("zone-a")).isTrue();
    }

    @Test
    void takesNothingFromAnOwnerThatWasHeardAMomentAgo() throws IOException {
        var own = leases("zone-a").takeOwn(partition -> 0).orElseThrow();
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a"))
                .contains("its owner zone-a lives: its heartbeat was seen a moment ago");
        assertThat(standing("zone-a").claim().epoch()).isEqualTo(own.lease().epoch());
    }

    @ParameterizedTest
    @CsvSource({"HANDED_OVER, 0", "ABANDONED, 2"})
    void doubtsWhatWasDueUnlessItsOwnerEndedInOrder(Heartbeat.State how, long inDoubt) throws Exception {
        leave("zone-a", how);
        adoptions.watch(queue);

        assertThat(adoptions.status())
                .singleElement()
                .extracting(each -> each.adopted().orElseThrow())
                .returns("zone-a", PartitionStatus.Adopted::from)
                .returns(2L, PartitionStatus.Adopted::messages)
                .returns(inDoubt, PartitionStatus.Adopted::inDoubt);
        assertThat(adoptions.takeovers().last())
                .singleElement()
                .matches(each -> each.finished().isEmpty());
    }

    @Test
    void hasDoneWithAPartitionOnceItsLastMessageHasLeft() throws Exception {
        leave("zone-a", Heartbeat.State.HANDED_OVER);
        adoptions.watch(queue);
        relay();
        adoptions.watch(queue);

        assertThat(adoptions.status()).isEmpty();
        assertThat(adoptions.leases()).isEmpty();
        assertThat(isFinished("zone-a")).isTrue();
    }

    /** Frozen, it may have a segment open, and 250 said. */
    @Test
    void readsOnBehindAnOwnerThatMayLiveUntilItIsKnownToHaveEnded() throws Exception {
        try (var former = silentOwner();
                var lines = new Lines(Adoptions.class)) {
            keepFor(TERM);
            assertThat(adoptions.status()).as("nothing is in it, but may come").hasSize(1);
            accept(former);
            watchAfter(SECOND);
            assertThat(lines.lines())
                    .last()
                    .asString()
                    .contains("state=found-more partition=zone-a epoch=2 from=zone-a messages=1 in-doubt=1 ");
            relay();
            watchAfter(SECOND);
            assertThat(adoptions.status()).as("more may come").hasSize(1);
            accept(former);
            isOwnerGone = true;
            watchAfter(SECOND);
            assertThat(adoptions.status()).as("what it wrote last was found").hasSize(1);
            relay();
            watchAfter(SECOND);
            assertThat(isFinished("zone-a")).isTrue();
        }
    }

    @Test
    void takesAnOwnerForGoneThatWroteNothingForAnHour() throws Exception {
        try (var former = silentOwner()) {
            accept(former);
            keepFor(TERM);
            relay();
            keepFor(Duration.ofMinutes(59));
            assertThat(adoptions.status()).hasSize(1);
            keepFor(Duration.ofMinutes(2));
            assertThat(isFinished("zone-a")).isTrue();
        }
    }

    @Test
    void adoptsNothingOnceTheNodeEnds() throws IOException {
        handOver("zone-a");
        adoptions.end();
        adoptions.watch(queue);

        assertThat(adoptions.adoptNow(queue, "zone-a")).contains("the node is being stopped");
        assertThat(adoptions.leases()).isEmpty();
    }

    /** A node that took two messages and ended as it says. */
    private void leave(String node, Heartbeat.State how) throws Exception {
        var theirs = leases(node);
        var own = theirs.takeOwn(partition -> 0).orElseThrow();
        try (var former = open(node, own.partition())) {
            accept(former);
            accept(former);
        }
        theirs.release(own, how);
    }

    /** All that is due. */
    private void relay() throws Exception {
        for (var due = queue.takeDue(Duration.ZERO); due.isPresent(); due = queue.takeDue(Duration.ZERO)) {
            var outcome = new DeliveryOutcome.Relayed("mx", SmtpReply.of(250, "2.0.0", "Ok"));
            queue.settle(due.get().id(), List.of(new Attempt(0, Instant.now(), "route", "mx", outcome, "")));
        }
    }
}
