package io.mailvane.appliance.web;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.MessageDetail;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * {@code /api/v1/queue/{qid}}.
 *
 * @param from the reverse-path without brackets; {@code <>} for the null reverse-path
 * @param size octets that are sent
 */
public record MessageAnswer(
        String qid,
        String from,
        long size,
        String state,
        Instant received,
        String client,
        List<RecipientAnswer> recipients) {

    /**
     * One recipient.
     *
     * @param why the last reply or reason; absent before the first attempt
     */
    public record RecipientAnswer(
            String address,
            String state,
            Optional<String> why,
            Optional<Instant> nextAttempt,
            List<AttemptAnswer> attempts) {
        /** What is not said by the last attempt. */
        public Optional<String> whyApart() {
            return attempts.isEmpty()
                    ? why
                    : why.filter(text -> !text.endsWith(attempts.getLast().reply()));
        }
    }

    /** One attempt, oldest first. */
    public record AttemptAnswer(Instant at, String route, String relay, String outcome, String reply, String why) {}

    static MessageAnswer of(MessageDetail message) {
        return new MessageAnswer(
                message.id().text(),
                from(message),
                message.size(),
                message.state().label(),
                message.received(),
                message.client(),
                IntStream.range(0, message.recipients().size())
                        .mapToObj(i -> recipient(message, i))
                        .toList());
    }

    private static String from(MessageDetail message) {
        return message.envelope().reversePath().mailbox().map(Object::toString).orElse("<>");
    }

    private static RecipientAnswer recipient(MessageDetail message, int index) {
        var recipient = message.recipients().get(index);
        return new RecipientAnswer(
                message.envelope().recipients().get(index).mailbox().toString(),
                recipient.state().label(),
                Optional.of(recipient.why()).filter(why -> !why.isEmpty()),
                recipient.nextAttempt(),
                recipient.attempts().stream().map(MessageAnswer::attempt).toList());
    }

    private static AttemptAnswer attempt(Attempt attempt) {
        return new AttemptAnswer(
                attempt.at(),
                attempt.route(),
                attempt.relay(),
                label(attempt.outcome()),
                attempt.outcome().reply().text(),
                attempt.why());
    }

    private static String label(DeliveryOutcome outcome) {
        return switch (outcome) {
            case DeliveryOutcome.Relayed _ -> "relayed";
            case DeliveryOutcome.Deferred _ -> "deferred";
            case DeliveryOutcome.Failed _ -> "failed";
        };
    }
}
