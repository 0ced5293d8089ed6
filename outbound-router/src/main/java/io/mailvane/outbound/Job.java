package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DueMessage;
import io.mailvane.route.Permit;
import io.mailvane.route.Route;
import io.mailvane.route.Tier;
import java.util.List;
import java.util.Optional;

/**
 * Recipients of one message with the same next hop: no content, only what finds it.
 *
 * @param recipients indexes in the envelope
 * @param choice how the way was found; empty where there was nothing to choose
 * @param next what is left to choose from when a way without a choice gives no connection
 * @param why this way, in one sentence
 */
record Job(
        DueMessage message,
        List<Integer> recipients,
        ProviderId provider,
        Routing.Way way,
        Optional<Chosen> choice,
        Optional<Routing.Choice> next,
        String why,
        long takenNanos) {
    /**
     * @param round in which it was chosen, with all that led to it
     * @param permit what it took of its way
     * @param decision why this way and no other
     */
    record Chosen(Round round, Permit permit, Tier tier, String decision) {
        Route route() {
            return permit.route();
        }
    }

    /** After a host of its way was left for the next. */
    Job past(DeliveryReport.Passed host, List<Attempt> attempts) {
        var chosen = choice.orElseThrow();
        var round = chosen.round().past(host, attempts);
        var now = new Chosen(round, chosen.permit(), chosen.tier(), chosen.decision());
        return new Job(
                message, recipients, provider, way, Optional.of(now), next, round.why(now.decision()), takenNanos);
    }

    /** As logs show it. */
    String tier() {
        return choice.map(each -> each.tier().name()).orElse(Tier.T0.name());
    }
}
