package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SourceStanding.State;
import io.mailvane.queue.Attempt;
import io.mailvane.route.Allowed;
import io.mailvane.route.WaysOut;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of recipients, and of the quota that their way gave, by what a transport reported. */
class DeliveriesTest extends DeliveriesKit {
    @Test
    void nobodyIsAskedOnceTheLeaseHasLapsed() throws Exception {
        var job = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example");
        holds.set(false);

        assertThat(deliver(job, attempted(TAKEN))).isEmpty();

        assertThat(session.asked).isEmpty();
        assertThat(recipient(job, 0).state()).isEqualTo(RecipientState.ACTIVE);
        assertThat(recipient(job, 0).attempts()).isEmpty();
        assertThat(smarthost().used()).isZero();
    }

    /** Which outcome is whose is anybody's guess. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void aTransportThatDoesNotSayOneOutcomeForEachIsNotBelieved(int outcomes) throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");

        deliver(job, attempted(Collections.nCopies(outcomes, TAKEN).toArray(String[]::new)));

        for (int i = 0; i < 2; i++) {
            assertThat(recipient(job, i).state()).isEqualTo(RecipientState.DEFERRED);
            assertThat(replies(job, i)).containsExactly(OUR_FAULT);
        }
        assertThat(deliveries.faults).hasValue(1);
        assertThat(egress.ways(Allowed.ANY).choices())
                .extracting(WaysOut.Choice::provider)
                .containsExactly(WaysOut.ANY);
    }

    @Test
    void aTransportIsHandedTheRecipientsOfItsJobAndNoOthers() throws Exception {
        var all = job(Allowed.ANY, "a@shop.example", "b@shop.example", "c@shop.example");
        var job = part(all, 1, 2);

        deliver(job, attempted(TAKEN, FULL));

        var asked = session.asked.getFirst();
        assertThat(asked.recipients())
                .isEqualTo(all.message().envelope().recipients().subList(1, 3));
        assertThat(asked.size()).isEqualTo(SmtpKit.CONTENT.length());
        assertThat(recipient(job, 1).state()).isEqualTo(RecipientState.RELAYED);
        assertThat(recipient(job, 2).state()).isEqualTo(RecipientState.DEFERRED);
        assertThat(recipient(job, 0).attempts()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({TAKEN + ", 2", FULL + ", 1", "550 5.1.1 No such user, 1", BLOCKED + ", 1"})
    void aSmarthostsQuotaCountsWhatItTook(String second, int used) throws Exception {
        deliver(job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example"), attempted(TAKEN, second));

        assertThat(smarthost().used()).isEqualTo(used);
    }

    /** Who writes to people who do not exist is known for it; whoever is asked to come back is given each once. */
    @ParameterizedTest
    @CsvSource({TAKEN + ", 2", FULL + ", 1", "550 5.1.1 No such user, 2", BLOCKED + ", 2"})
    void aWarmUpCountsWhatTheReceiverTookOrRefusedForGood(String second, int used) throws Exception {
        leaveBy("a1", State.WARMING);
        deliver(job(Allowed.ANY, "a@shop.example", "b@shop.example"), attempted(TAKEN, second));

        assertThat(warmUpUsed()).isEqualTo(used);
    }

    @Test
    void aWarmUpCountsNothingOfWhatNeverGotThere() throws Exception {
        leaveBy("a1", State.WARMING);
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");
        assertThat(warmUpUsed()).isEqualTo(2);
        var gone = noConnection(DeliveryReport.Side.THEIRS);
        deliver(job, gone);
        deliveries.noConnection(job, gone);

        assertThat(warmUpUsed()).isZero();
    }

    private long warmUpUsed() {
        return egress.ways(Allowed.ANY).warmUps().getFirst().used();
    }

    /** Its own count has it, if it took the message. */
    @Test
    void aSmarthostsQuotaCountsWhatItMayHaveTaken() throws Exception {
        deliver(job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example"), lost(LOST, LOST));

        assertThat(smarthost().used()).isEqualTo(2);
    }

    /** It said no to each before any content, or the content broke off: it has nothing to count. */
    @Test
    void aSmarthostsQuotaCountsNoRecipientThatWasRefusedBeforeTheContent() throws Exception {
        var broken = new DeliveryOutcome.Deferred(DeliveryOutcome.Scope.DESTINATION, reply("451 4.4.2 lost"));
        deliver(
                job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example", "c@shop.example"),
                lost(outcome("550 5.1.1 No such user"), outcome(FULL), broken));

        assertThat(smarthost().used()).isZero();
    }

    /** Of several recipients of a message whose reply was lost. */
    @Test
    void aSmarthostsQuotaCountsOnlyThoseThatItMayHaveTaken() throws Exception {
        deliver(
                job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example"),
                lost(outcome("550 5.1.1 No such user"), LOST));

        assertThat(smarthost().used()).isEqualTo(1);
    }

    /** It closes by its own word at the first message of the day: nothing of ours is to be a day old first. */
    @Test
    void aSmarthostThatTookNothingAndSaysItIsUsedUpIsAskedAgainInAQuarterOfAnHour() throws Exception {
        deliver(job(Allowed.SMARTHOSTS_ONLY, "a@shop.example"), attempted(USED_UP));

        assertThat(smarthost().state()).isEqualTo("QUOTA_CLOSED");
        assertThat(smarthost().until()).contains(RouterKit.NOW.plus(Duration.ofMinutes(15)));
    }

    /** Each is given before any is refused. */
    @Test
    void soItIsWhenItSaysItToSeveralMessagesThatAreUnderWayAtOnce() throws Exception {
        var one = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example");
        var other = job(Allowed.SMARTHOSTS_ONLY, "b@shop.example");
        deliver(one, attempted(USED_UP));
        deliver(other, attempted(USED_UP));

        assertThat(smarthost().until()).contains(RouterKit.NOW.plus(Duration.ofMinutes(15)));
    }

    @Test
    void howLongASmarthostLetsWaitForItsGreetingIsKnownOfIt() throws Exception {
        for (int i = 0; i < 2; i++) {
            deliver(job(Allowed.SMARTHOSTS_ONLY, "a@shop.example"), greeted(Duration.ofSeconds(12), TAKEN));
        }
        assertThat(smarthost().greeting()).contains(Duration.ofSeconds(12));
    }

    @Test
    void aSmarthostsQuotaCountsNothingOfWhatNeverGotThere() throws Exception {
        var job = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example");
        var gone = noConnection(DeliveryReport.Side.THEIRS);
        assertThat(deliver(job, gone)).contains(gone);

        deliveries.noConnection(job, gone);

        assertThat(smarthost().used()).isZero();
    }

    @Test
    void aSmarthostsQuotaCountsWhatAFaultOfOursMayHaveSent() throws Exception {
        var job = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example");
        session.meanwhile = () -> {
            throw new IllegalStateException("a fault of this test");
        };

        deliver(job, attempted(TAKEN, TAKEN));

        assertThat(smarthost().used()).isEqualTo(2);
        assertThat(replies(job, 0)).containsExactly(OUR_FAULT);
    }

    /** RFC 3461 section 5.2: whoever passes it on to a host that knows no DSN says so. */
    @ParameterizedTest
    @CsvSource({"HANDED_ON, false", "OURS_RELAYED, true", "OURS_DELIVERED, true"})
    void whoWantsToHearOfSuccessHearsItFromUsWhereTheNextHopWillNotSay(DeliveryReport.Dsn dsn, boolean isOurs)
            throws Exception {
        var plain = SmtpKit.envelope("a@shop.example");
        var asks = new Recipient(
                plain.recipients().getFirst().mailbox(), Set.of(Recipient.Notify.SUCCESS), Optional.empty());
        var job = job(Allowed.ANY, Envelope.of(plain.reversePath(), List.of(asks)));
        var report = attempted(TAKEN);

        deliver(job, new DeliveryReport.Attempted(RELAY, report.outcomes(), dsn, DeliveryReport.Timing.NONE));

        assertThat(queue.takeDue(Duration.ZERO).map(own -> own.envelope().reversePath()))
                .isEqualTo(isOurs ? Optional.of(ReversePath.nullPath()) : Optional.empty());
    }

    @Test
    void whatIsDecidedWithoutAskingAnybodyIsAnAttemptAndCounted() throws Exception {
        var message = accepted(SmtpKit.envelope("a@shop.example"));
        var nowhere = outcome("556 5.1.10 the domain takes no mail");

        deliveries.decide(message, message.recipients(), new Routing.Decided(PROVIDER, "direct", nowhere, "a null MX"));

        assertThat(deliveries.awaitSettled(Duration.ofMinutes(1))).isTrue();
        assertThat(queue.show(message.id())
                        .orElseThrow()
                        .recipients()
                        .getFirst()
                        .attempts())
                .containsExactly(new Attempt(0, RouterKit.NOW, "direct", "-", nowhere, "a null MX"));
        assertThat(deliveries.log.failed).hasValue(1);
        assertThat(taken.availablePermits()).isEqualTo(PERMITS);
    }

    @Test
    void whatWasNotTriedIsGivenBackWithAllThatItsWayGave() throws Exception {
        var job = job(Allowed.SMARTHOSTS_ONLY, "a@shop.example", "b@shop.example");
        assertThat(smarthost().used()).isEqualTo(2);

        deliveries.handBack(job);

        assertThat(smarthost().used()).isZero();
        assertThat(queue.takeDue(Duration.ZERO)).contains(job.message());
    }

    /** Who drains must not say that nothing is in doubt. */
    @Test
    void whatAFullDiskDoesNotTakeIsNoFaultOfOursAndHoldsNoRoomForOthers() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");
        session.meanwhile = () -> isFull.set(true);

        deliver(job, attempted(TAKEN, TAKEN));

        assertThat(recipient(job, 0).attempts()).isEmpty();
        assertThat(deliveries.faults).hasValue(0);
        assertThat(deliveries.unsettled()).isEqualTo(1);
        assertThat(taken.availablePermits()).isEqualTo(PERMITS);
    }
}
