package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.reply.ReplyPhase;
import io.mailvane.route.Allowed;
import io.mailvane.route.MailFacts.Pin;
import io.mailvane.route.Tier;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By which way, and to which host first, a message comes back after an attempt. */
class ComingBackTest extends DeliveriesKit {
    @Test
    void whatIsGreylistedComesBackByTheSameWay() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");

        deliver(job, attempted(GREYLISTED));

        assertThat(pin(job)).contains(Pin.greylisted(job.way().route(), Tier.T0, IN_A_DAY));
    }

    @ParameterizedTest
    @ValueSource(strings = {FULL, TAKEN, "550 5.1.1 No such user"})
    void whatIsNotGreylistedIsBoundToNoWay(String reply) throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");

        deliver(job, attempted(reply));

        assertThat(pin(job)).isEmpty();
    }

    @Test
    void whatMayHaveBeenTakenComesBackByTheSameWayWhateverElseWasSaid() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");

        deliver(job, lost(outcome(GREYLISTED), LOST));

        assertThat(pin(job)).contains(Pin.unsure(job.way().route(), IN_A_DAY));
    }

    /** The next time it takes the way that the receiver waits for. */
    @ParameterizedTest
    @CsvSource({
        TAKEN + ", false",
        FULL + ", true",
        "550 5.1.1 No such user, true",
        // It is refused for our address, and goes on by another.
        BLOCKED + ", true",
    })
    void aMessageIsBoundToItsWayUntilAllOfItWasTakenThere(String second, boolean isBound) throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");
        rounds.greylisted(job);

        deliver(job, attempted(TAKEN, second));

        assertThat(pin(job).isPresent()).isEqualTo(isBound);
    }

    @Test
    void whatEveryRecipientWasRefusedOnItsWayIsStillBoundToIt() throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");
        rounds.greylisted(job);

        deliver(job, attempted(BLOCKED));

        assertThat(pin(job)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "RECIPIENT, 452 4.2.2 Mailbox full",
        "MESSAGE, 452 4.3.1 Insufficient system storage",
        // The host's own word, or ours before it had the content: it has nothing that another could not take.
        "RECIPIENT, 451 4.4.2 Lost what asks who is here",
        "DESTINATION, 451 4.4.2 lost at MAIL",
    })
    void aRetryBeginsBehindTheHostThatDeferredItLast(Scope scope, String said) throws Exception {
        var job = job(Allowed.ANY, "a@shop.example");
        var deferred = new DeliveryOutcome.Deferred(scope, reply(said));
        deliver(job, attempted(Optional.of(ReplyPhase.RCPT), List.of(deferred)));

        deliver(again(job), attempted(TAKEN));

        assertThat(session.asked).extracting(Delivery::last).containsExactly(Optional.empty(), Optional.of(RELAY));
    }

    /** The host that may have it knows, and no other does. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aRetryTurnsFromNoHostThatMayHaveTakenOneOfItsRecipients(int mayHaveIt) throws Exception {
        var job = job(Allowed.ANY, "a@shop.example", "b@shop.example");
        deliver(job, mayHaveIt == 0 ? lost(LOST, outcome(FULL)) : lost(outcome(FULL), LOST));

        deliver(again(job), attempted(TAKEN, TAKEN));

        assertThat(session.asked).extracting(Delivery::last).containsOnly(Optional.empty());
    }
}
