package io.mailvane.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mailvane.mail.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private static final LeaseTerm TERM = LeaseTerm.of(Duration.ofSeconds(10));
    private static final long SECOND = 1_000_000_000;

    private final Set<String> unreadable = new HashSet<>();
    private boolean mayForget = true;
    private final MemoryLeaseStore store = new MemoryLeaseStore() {
        @Override
        public List<Claim> claims(String partition) throws IOException {
            if (unreadable.contains(partition)) {
                throw new IOException("cannot be read");
            }
            return super.claims(partition);
        }

        @Override
        public void forgetBefore(String partition, long epoch) throws IOException {
            if (!mayForget) {
                throw new IOException("cannot be removed");
            }
            super.forgetBefore(partition, epoch);
        }
    };
    private final List<String> lost = new ArrayList<>();
    private long now = -5 * SECOND;
    private boolean allGone;
    private int processes;

    private Leases node(String name) {
        return node(name, TERM);
    }

    private Leases node(String name, LeaseTerm term) {
        return node(name, term, () -> now);
    }

    private Leases node(String name, LeaseTerm term, LongSupplier ticker) {
        var process = LeaseStoreContract.process(++processes);
        return new Leases(
                store,
                new Leases.Owner(name, process, other -> allGone),
                term,
                ticker,
                (lease, why) -> lost.add(name + " lost " + lease.partition() + ": " + why));
    }

    private static Lease own(Leases node) throws IOException {
        return node.takeOwn(partition -> 0).orElseThrow().lease();
    }

    private void pass(double seconds) {
        now += (long) (seconds * SECOND);
    }

    private static Standing see(Leases node, String partition) throws IOException {
        return node.look().stream()
                .filter(each -> each.partition().equals(partition))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNewPartitionIsTakenAtOnceForFourFifthsOfTheTerm() throws IOException {
        assertThat(own(node("zone-a"))).isEqualTo(new Lease("zone-a", 1, now + 8 * SECOND));
    }

    @Test
    void theEpochIsBehindThatOfSegmentsFromBeforeLeases() throws IOException {
        assertThat(node("zone-a").takeOwn(partition -> 41).orElseThrow().lease().epoch())
                .isEqualTo(42);
    }

    @Test
    void renewingProlongsItFromBeforeTheHeartbeatWasWritten() throws IOException {
        var a = node("zone-a");
        var held = a.takeOwn(partition -> 0).orElseThrow();
        pass(7);
        a.renewAll();

        assertThat(held.lease()).isEqualTo(new Lease("zone-a", 1, now + 8 * SECOND));
        assertThat(lost).isEmpty();
    }

    @Test
    void whatWasNotRenewedInTimeIsLostForGood() throws IOException {
        var a = node("zone-a");
        var held = a.takeOwn(partition -> 0).orElseThrow();
        pass(8);
        assertThat(held.holds()).isFalse();
        a.renewAll();
        a.renewAll();

        assertThat(held.holds()).isFalse();
        assertThat(lost).containsExactly("zone-a lost zone-a: not renewed in time");
    }

    @Test
    void nothingIsAdoptedByOneThatLostALease() throws IOException {
        own(node("zone-a"));
        var b = node("zone-b");
        own(b);
        allGone = true;
        see(b, "zone-a");
        pass(10);
        b.renewAll();

        assertThat(lost).containsExactly("zone-b lost zone-b: not renewed in time");
        assertThat(b.mayAdopt(see(b, "zone-a"))).isFalse();
        assertThat(b.mayAdopt(see(b, "zone-b"))).isFalse();
        assertThat(b.adopt(see(b, "zone-b"))).isEmpty();
    }

    /** Neither sooner for the one whose clock is ahead, nor later for the other. */
    @Test
    void anOwnerIsWaitedForByTheClockOfWhoWaitsAlone() throws IOException {
        long minutes = 17 * 60 * SECOND;
        own(node("zone-a"));
        var ahead = node("zone-b", TERM, () -> now + minutes);
        var behind = node("zone-c", TERM, () -> now - minutes);
        var said = new ArrayList<Boolean>();
        for (double seconds : new double[] {0, 9.9, 0.1}) {
            pass(seconds);
            said.add(ahead.mayAdopt(see(ahead, "zone-a")));
            said.add(behind.mayAdopt(see(behind, "zone-a")));
        }
        var seenBehind = see(behind, "zone-a");

        assertThat(said).containsExactly(false, false, false, false, true, true);
        assertThat(ahead.adopt(see(ahead, "zone-a")).orElseThrow().lease())
                .isEqualTo(new Lease("zone-a", 2, now + minutes + 8 * SECOND));
        assertThat(behind.adopt(seenBehind)).isEmpty();
    }

    @Test
    void anotherMayAdoptAfterAWholeTermOfSilence() throws IOException {
        own(node("zone-a"));
        var b = node("zone-b");
        own(b);
        boolean atFirst = b.mayAdopt(see(b, "zone-a"));
        pass(9.9);
        boolean almost = b.mayAdopt(see(b, "zone-a"));
        pass(0.1);
        var silent = see(b, "zone-a");

        assertThat(List.of(atFirst, almost, b.mayAdopt(silent))).containsExactly(false, false, true);
        assertThat(b.adopt(silent).orElseThrow().lease()).isEqualTo(new Lease("zone-a", 2, now + 8 * SECOND));
        assertThat(see(b, "zone-a").claim().node()).isEqualTo("zone-b");
    }

    @Test
    void aHeartbeatMeansAnotherWholeTerm() throws IOException {
        var a = node("zone-a");
        own(a);
        var b = node("zone-b");
        see(b, "zone-a");
        pass(7);
        a.renewAll();
        pass(4);

        assertThat(b.mayAdopt(see(b, "zone-a"))).isFalse();
    }

    @Test
    void ofTwoWhoAdoptOneDoes() throws IOException {
        own(node("zone-a"));
        var b = node("zone-b");
        var c = node("zone-c");
        see(b, "zone-a");
        see(c, "zone-a");
        pass(10);
        var seenByB = see(b, "zone-a");
        var seenByC = see(c, "zone-a");

        assertThat(c.adopt(seenByC)).isPresent();
        assertThat(b.adopt(seenByB)).isEmpty();
    }

    @Test
    void theAdoptedOneNoticesWhenItWakesAndComesBackWithTheNextPartition() throws IOException {
        var a = node("zone-a");
        own(a);
        var b = node("zone-b");
        see(b, "zone-a");
        pass(10);
        b.adopt(see(b, "zone-a"));
        a.renewAll();
        boolean before = b.haveEnded("zone-a");
        var again = node("zone-a");
        allGone = true;
        var next = own(again);
        allGone = false;

        assertThat(lost).containsExactly("zone-a lost zone-a: not renewed in time");
        assertThat(next).isEqualTo(new Lease("zone-a.1", 3, now + 8 * SECOND));
        assertThat(before).isFalse();
        assertThat(b.haveEnded("zone-a"))
                .as("its node's next process knew that it had ended")
                .isTrue();
    }

    @Test
    void aNextProcessThatKnowsItsFormerByTimeAloneProvesNothingOfIt() throws IOException {
        own(node("zone-a"));
        var b = node("zone-b");
        see(b, "zone-a");
        pass(10);
        b.adopt(see(b, "zone-a"));

        assertThat(own(node("zone-a")).partition()).isEqualTo("zone-a.1");
        assertThat(b.haveEnded("zone-a")).isFalse();
    }

    @Test
    void onesWhoseClockStoodWithItsMachineNoticesTheClaim() throws IOException {
        var a = node("zone-a");
        own(a);
        store.claim(LeaseStoreContract.claim("zone-a", 2, "zone-b", 7));
        a.renewAll();

        assertThat(lost).containsExactly("zone-a lost zone-a: adopted by zone-b, epoch 2");
    }

    @Test
    void itsOwnIsTakenBackAtOnceWhereItsFormerProcessIsGone() throws IOException {
        own(node("zone-a"));
        allGone = true;

        assertThat(own(node("zone-a")).epoch()).isEqualTo(2);
    }

    @Test
    void itsOwnIsTakenBackAtOnceAfterAnOrderlyEnd() throws IOException {
        var a = node("zone-a");
        var held = a.takeOwn(partition -> 0).orElseThrow();
        a.release(held, Heartbeat.State.RELEASED);

        assertThat(held.holds()).isFalse();
        assertThat(own(node("zone-a")).epoch()).isEqualTo(2);
        assertThat(lost).isEmpty();
    }

    @Test
    void anotherMachinesNodeOfTheSameNameIsWaitedFor() throws IOException {
        own(node("zone-a"));
        var again = node("zone-a");
        var atFirst = again.takeOwn(partition -> 0);
        pass(10);

        assertThat(atFirst).isEmpty();
        assertThat(own(again)).isEqualTo(new Lease("zone-a.1", 2, now + 8 * SECOND));
        assertThat(again.mayAdopt(see(again, "zone-a")))
                .as("what the former had is adopted, by this or another")
                .isTrue();
    }

    @Test
    void anotherMachinesNodeOfTheSameNameThatLivesKeepsIt() throws IOException {
        var a = node("zone-a");
        own(a);
        var again = node("zone-a");
        Optional<HeldLease> atFirst = again.takeOwn(partition -> 0);
        pass(1);
        a.renewAll();

        assertThat(atFirst).isEmpty();
        assertThatThrownBy(() -> again.takeOwn(partition -> 0))
                .isInstanceOf(PartitionHeldException.class)
                .hasMessage("partition zone-a is in use by process 1 of node zone-a, whose heartbeat goes on");
    }

    @Test
    void whatIsHandedOverIsAdoptedAtOnceAndWhatIsReleasedAfterTheTerm() throws IOException {
        var a = node("zone-a");
        var c = node("zone-c");
        a.release(a.takeOwn(partition -> 0).orElseThrow(), Heartbeat.State.HANDED_OVER);
        c.release(c.takeOwn(partition -> 0).orElseThrow(), Heartbeat.State.RELEASED);
        var b = node("zone-b");
        var handedOver = see(b, "zone-a");
        var released = see(b, "zone-c");

        assertThat(handedOver.isInOrder()).isTrue();
        assertThat(b.mayAdopt(handedOver)).isTrue();
        assertThat(b.mayAdopt(released)).isFalse();
        pass(10);
        assertThat(b.mayAdopt(see(b, "zone-c"))).isTrue();
    }

    @Test
    void whatIsFinishedIsLeftAlone() throws IOException {
        var a = node("zone-a");
        a.release(a.takeOwn(partition -> 0).orElseThrow(), Heartbeat.State.FINISHED);
        var b = node("zone-b");
        boolean before = b.isFinished("zone-a");

        assertThat(b.look()).isEmpty();
        assertThat(List.of(before, b.isFinished("zone-a"))).containsExactly(false, true);
        unreadable.add("zone-a");
        assertThat(b.look()).as("nor read again").isEmpty();
        assertThat(b.isFinished("zone-a")).isTrue();
    }

    @Test
    void anAdopterThatDiedIsFollowedByItsNextProcess() throws IOException {
        own(node("zone-a"));
        var b = node("zone-b");
        see(b, "zone-a");
        pass(10);
        b.adopt(see(b, "zone-a"));
        allGone = true;
        var again = node("zone-b");
        var seen = see(again, "zone-a");

        assertThat(again.mayAdopt(seen)).isTrue();
        assertThat(again.adopt(seen).orElseThrow().lease().epoch()).isEqualTo(3);
    }

    @Test
    void whatIsPastStaysIfItCannotBeRemovedAndTheLeaseIsHeld() throws IOException {
        mayForget = false;
        var a = node("zone-a");

        assertThat(own(a).epoch()).isEqualTo(1);
        pass(7);
        a.renewAll();
        pass(7);
        a.renewAll();
        assertThat(lost).isEmpty();
    }

    @Test
    void claimsOfOwnersThatMayLiveAreNotForgotten() throws IOException {
        own(node("zone-a"));
        var last = node("zone-b");
        for (int i = 0; i < 12; i++) {
            var b = node("zone-b");
            see(b, "zone-a");
            pass(10);
            b.release(b.adopt(see(b, "zone-a")).orElseThrow(), Heartbeat.State.ABANDONED);
            last = b;
        }

        assertThat(store.claims("zone-a").getFirst().epoch()).isEqualTo(1);
        assertThat(last.haveEnded("zone-a")).isFalse();
        allGone = true;
        assertThat(last.haveEnded("zone-a")).isTrue();
        last.adopt(see(last, "zone-a"));
        assertThat(store.claims("zone-a").getFirst().epoch()).isEqualTo(6);
    }

    @Test
    void whatWasGivenUpInDoubtNeverLooksAsIfItWereInOrder() throws IOException {
        var a = node("zone-a");
        var c = node("zone-c");
        var a1 = a.takeOwn(partition -> 0).orElseThrow();
        a.release(a1, Heartbeat.State.ABANDONED);
        c.release(c.takeOwn(partition -> 0).orElseThrow(), Heartbeat.State.INTERRUPTED);
        var b = node("zone-b");
        var abandoned = see(b, "zone-a");
        var interrupted = see(b, "zone-c");

        assertThat(List.of(abandoned.isInOrder(), interrupted.isInOrder())).containsExactly(false, false);
        assertThat(List.of(b.mayAdopt(abandoned), b.mayAdopt(interrupted)))
                .as("one is for anybody at once, the other's owner means to come back")
                .containsExactly(true, false);
        assertThat(a1.isCleanSinceBefore()).isTrue();
        assertThat(b.adopt(abandoned).orElseThrow().isCleanSinceBefore()).isFalse();
    }

    @Test
    void itIsWaitedForTheLongerOfTwoTerms() throws IOException {
        own(node("zone-a", LeaseTerm.of(Duration.ofSeconds(30))));
        var b = node("zone-b");
        see(b, "zone-a");
        pass(5.9);
        boolean isSilent = b.isSilent(see(b, "zone-a"));
        pass(24);
        boolean almost = b.mayAdopt(see(b, "zone-a"));
        pass(0.1);

        assertThat(List.of(isSilent, almost, b.mayAdopt(see(b, "zone-a")))).containsExactly(false, false, true);
    }

    @Test
    void onePartitionThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        own(node("zone-a"));
        own(node("zone-b"));
        unreadable.add("zone-a");

        assertThat(node("zone-c").look()).extracting(Standing::partition).containsExactly("zone-b");
    }
}
