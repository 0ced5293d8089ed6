package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.RecipientState;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.MessageQueue;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Allowed;
import io.mailvane.route.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which recipients go on by another way in the same round, which way that may not be, and what the last one leaves. */
class NextWayTest extends DeliveriesKit {
    @Test
    void onlyWhatWasRefusedGoesOnAndNotByTheWayThatRefusedIt() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example", "c@shop.example");

        deliver(job, attempted(TAKEN, BLOCKED, FULL));

        assertThat(goingOn).hasSize(1);
        var next = goingOn.getFirst();
        assertThat(next.recipients()).containsExactly(1);
        assertThat(next.last()).containsOnlyKeys(1);
        assertThat(next.facts().refused()).containsExactly(job.way().route());
        assertThat(next.facts().recipients()).isEqualTo(1);
        assertThat(next.tried().how()).isEqualTo(Round.How.REFUSED);
        assertThat(next.before()).containsExactly(job.way().route() + ": " + BLOCKED);
        assertThat(recipient(job, 1).attempts()).as("it has no outcome yet").isEmpty();
    }

    /** As if it had never been chosen: it is no switch, and what it took is there again. */
    @Test
    void whatIsDecidedAnewHasTriedNothing() throws Exception {
        var first = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example");
        var waiting = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example");
        assertThat(deliveries.isOpen(waiting)).isTrue();
        deliver(first, attempted(USED_UP));
        assertThat(shut).isEqualTo(1);
        goingOn.clear();

        assertThat(deliveries.isOpen(waiting)).isFalse();
        deliveries.decideAnew(waiting);

        assertThat(goingOn).containsExactly(waiting.choice().orElseThrow().round());
        assertThat(goingOn.getFirst().facts().refused()).isEmpty();
        assertThat(smarthost().used()).isZero();
        assertThat(recipient(waiting, 0).attempts()).isEmpty();
    }

    @Test
    void whatShutsNoWayCallsNobody() throws Exception {
        deliver(job(Allowed.ANY, "a@shop.example", "b@shop.example"), attempted(TAKEN, FULL));
        deliveries.noConnection(job(Allowed.ANY, "a@shop.example"), noConnection(DeliveryReport.Side.THEIRS));
        assertThat(shut).isZero();

        deliveries.noConnection(job(Allowed.ANY, "a@shop.example"), refused(ReplyPhase.GREETING, NOT_YOU));
        assertThat(shut).isEqualTo(1);
    }

    /** What a host that was left for the next had said of them all. */
    @Test
    void whatWasTriedBeforeIsKeptForEachRecipientOnceItHasAnOutcome() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");
        var passed = new DeliveryReport.Passed(
                "mx1.example[192.0.2.9]:25",
                reply("451 4.3.2 Closing"),
                "closing",
                DeliveryReport.Timing.NONE,
                Duration.ofMinutes(-4).toNanos());

        deliver(job, attempted(TAKEN, BLOCKED).having(List.of(passed)));

        assertThat(replies(job, 0)).containsExactly("451 4.3.2 Closing", TAKEN);
        assertThat(recipient(job, 0).attempts())
                .as("each when it was made, as far as the second host kept us waiting")
                .extracting(Attempt::at)
                .containsExactly(RouterKit.NOW.minus(Duration.ofMinutes(4)), RouterKit.NOW);
        assertThat(recipient(job, 1).attempts()).isEmpty();
        var next = deliveries.goingOn(goingOn.getFirst());
        assertThat(next.made()).extracting(Attempt::recipient).containsOnly(1);
        deliveries.fault(next, new IllegalStateException("a fault of this test"));
        assertThat(deliveries.awaitSettled(Duration.ofMinutes(1))).isTrue();
        assertThat(replies(job, 1)).containsExactly("451 4.3.2 Closing", "451 4.7.0 " + BLOCKED, OUR_FAULT);
        assertThat(recipient(job, 1).state()).isEqualTo(RecipientState.DEFERRED);
        assertThat(taken.availablePermits()).isEqualTo(PERMITS);
    }

    @Test
    void whatTheDestinationGaveNoConnectionTriesNoOtherAddressOfOurs() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");

        deliveries.noConnection(job, noConnection(DeliveryReport.Side.THEIRS));

        var next = goingOn.getFirst();
        assertThat(next.facts().allowed()).isEqualTo(Allowed.ANY.unreached());
        assertThat(next.facts().refused()).isEmpty();
        assertThat(next.tried().how()).isEqualTo(Round.How.UNREACHED);
    }

    /** A better view of our addresses opens nothing for it. */
    @Test
    void whatTheDestinationGaveNoConnectionWaitsForThatAndNotForOurAddresses() throws Exception {
        var job = job(Allowed.relayDomain(Optional.empty()), "a@shop.example");
        deliveries.noConnection(job, noConnection(DeliveryReport.Side.THEIRS));
        var next = goingOn.getFirst();

        deliveries.held.hold(next, (Decision.Hold) egress.choose(next.facts()), deliveries.held.view());

        assertThat(deliveries.awaitSettled(Duration.ofMinutes(1))).isTrue();
        assertThat(replies(job, 0)).containsExactly("451 4.4.1 nobody is there");
        assertThat(deliveries.held.waitingForRoute()).isEmpty();
    }

    @Test
    void anAddressOfOursThatCannotSetOutLeavesItToAnother() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");

        deliveries.noConnection(job, noConnection(DeliveryReport.Side.OURS));

        var next = goingOn.getFirst().facts();
        assertThat(next.allowed()).isEqualTo(Allowed.ANY);
        assertThat(next.unable()).containsExactly(job.way().route());
    }

    /** The destination may well be there. */
    @Test
    void aSmarthostThatIsGoneLeavesItToEveryOtherWay() throws Exception {
        leaveBy("none of them");
        var job = job(Allowed.ANY, "a@shop.example");

        deliveries.noConnection(job, noConnection(DeliveryReport.Side.THEIRS));

        var next = goingOn.getFirst().facts();
        assertThat(next.allowed()).isEqualTo(Allowed.ANY);
        assertThat(next.refused()).containsExactly("sh1");
    }

    @Test
    void aHostThatRefusesOurAddressAtTheGreetingLeavesItToAnother() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");

        deliveries.noConnection(job, refused(ReplyPhase.GREETING, NOT_YOU));

        var next = goingOn.getFirst();
        assertThat(next.facts().allowed()).isEqualTo(Allowed.ANY);
        assertThat(next.facts().refused()).containsExactly(job.way().route());
        assertThat(next.tried().how()).isEqualTo(Round.How.REFUSED);
        assertThat(evidence).hasSize(1);
    }

    /** One that speaks is there. */
    @ParameterizedTest
    @CsvSource({"GREETING, OPEN", "EHLO, CLOSED"})
    void aSmarthostIsShutByWhatIsNoSessionAndNotByWhatItSaysInOne(ReplyPhase phase, String state) throws Exception {
        for (int i = 0; i < 5; i++) {
            deliveries.noConnection(
                    job(Allowed.SMARTHOSTS_ONLY, "a@shop.example"), refused(phase, "421 4.3.2 Closing"));
        }

        assertThat(smarthost().state()).isEqualTo(state);
    }

    /** How a delivery ends. */
    enum End {
        HEARD,
        NO_CONNECTION,
        FAULT,
        NOT_TRIED
    }

    /** Two addresses may be under way to a provider that knows none of them: a third one has its turn when they are not any more. */
    @ParameterizedTest
    @EnumSource
    void whatHasEndedIsUnderWayNoMore(End end) throws Exception {
        for (var source : List.of("a1", "a2", "a3")) {
            leaveBy(source);
            var job = job(Allowed.ANY, "a@shop.example");
            assertThat(job.way().route()).isEqualTo(source);
            switch (end) {
                case HEARD -> deliver(job, attempted(FULL));
                case NO_CONNECTION -> deliveries.noConnection(job, noConnection(DeliveryReport.Side.THEIRS));
                case FAULT -> deliveries.fault(job, new IllegalStateException("a fault of this test"));
                case NOT_TRIED -> {
                    deliveries.handBack(job);
                    queue.apply(job.message().id(), MessageQueue.Action.HOLD);
                }
            }
        }
    }

    /** Its site has others, and its worker goes on. */
    @Test
    void aFaultWhileAnotherWayIsLookedForDefersThisMessageAlone() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");
        isFaulty = true;

        deliveries.noConnection(job, refused(ReplyPhase.GREETING, NOT_YOU));

        assertDeferredByAFault(job);
    }

    /** It waited for the connection that another did not get. */
    @Test
    void soItIsOfAMessageThatNeverHadAConnectionOfItsOwn() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");
        isFaulty = true;

        deliveries.noConnectionEither(job, noConnection(DeliveryReport.Side.THEIRS));

        assertDeferredByAFault(job);
    }

    private void assertDeferredByAFault(Job job) throws Exception {
        assertThat(deliveries.awaitSettled(Duration.ofMinutes(1))).isTrue();
        assertThat(replies(job, 0)).containsExactly(OUR_FAULT);
        assertThat(taken.availablePermits()).isEqualTo(PERMITS);
    }
}
