package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.QueueId;
import io.mailvane.queue.DueMessage;
import io.mailvane.route.Egress;
import io.mailvane.route.MailFacts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Begins rounds: gathers all that the decision is to know of a message, and remembers by which way one is to come back. Any number of
 * threads.
 *
 * @param clock by which messages are received
 * @param lifetime of messages, as configured now
 */
record Rounds(Egress egress, InstantSource clock, Supplier<Duration> lifetime, Pins pins, LostReplies lost) {
    Rounds(Egress egress, InstantSource clock, Supplier<Duration> lifetime) {
        this(egress, clock, lifetime, new Pins(), new LostReplies());
    }

    /** @param takenNanos when the queue gave the recipients out */
    Round begin(DueMessage message, List<Integer> recipients, Routing.Choice choice, long takenNanos) {
        return new Round(
                message,
                recipients,
                choice,
                facts(message, choice).forRecipients(recipients.size()),
                Map.of(),
                Round.Tried.NONE,
                List.of(),
                List.of(),
                takenNanos);
    }

    private MailFacts facts(DueMessage message, Routing.Choice choice) {
        var waited = Duration.between(message.received(), clock.instant());
        return new MailFacts(
                message.id().text().hashCode(),
                choice.provider(),
                message.envelope().reversePath(),
                message.recipients().size(),
                message.size(),
                Precedence.of(message.envelope().reversePath()),
                waited.isNegative() ? Duration.ZERO : waited,
                lifetime.get().minus(waited),
                choice.allowed(),
                Set.of(),
                Set.of(),
                pins.find(message.id(), choice.provider(), egress.now()));
    }

    /** The receiver asked it to come back. */
    void greylisted(Job job) {
        job.choice().ifPresent(chosen -> pin(job, MailFacts.Pin.greylisted(name(chosen), chosen.tier(), pinned())));
    }

    /** The receiver may have taken it. */
    void unsure(Job job) {
        job.choice().ifPresent(chosen -> pin(job, MailFacts.Pin.unsure(name(chosen), pinned())));
    }

    private static String name(Job.Chosen chosen) {
        return chosen.route().name();
    }

    private Instant pinned() {
        return egress.now().plus(egress.settings().greylistPin());
    }

    private void pin(Job job, MailFacts.Pin pin) {
        pins.put(job.message().id(), job.provider(), pin);
    }

    void unpin(QueueId id, ProviderId provider) {
        pins.remove(id, provider);
    }
}
