package io.mailvane.outbound;

import io.mailvane.mail.ProviderId;
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
     */
    record Chosen(Round round, Permit permit, Tier tier) {
        Route route() {
            return permit.route();
        }
    }

    /** As logs show it. */
    String tier() {
        return choice.map(each -> each.tier().name()).orElse(Tier.T0.name());
    }
}
