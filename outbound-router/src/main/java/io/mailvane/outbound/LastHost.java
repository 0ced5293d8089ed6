package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.MessageDetail;
import io.mailvane.queue.MessageQueue;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host that deferred a message last: a retry asks another one first, so that a full primary does not keep it from its backup. */
final class LastHost {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundRouter.class);
    private static final EnhancedStatusCode LOST = EnhancedStatusCode.of("4.4.2");

    private LastHost() {}

    /** By the first recipient that has one; reads from the disk, but not for a message that was never tried. */
    static Optional<String> of(Job job, MessageQueue queue) {
        if (!job.message().again()) {
            return Optional.empty();
        }
        try {
            return queue.show(job.message().id()).flatMap(shown -> of(job, shown));
        } catch (IOException e) {
            LOG.warn(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "history-unreadable")
                            .field("qid", job.message().id()),
                    e);
            return Optional.empty();
        }
    }

    private static Optional<String> of(Job job, MessageDetail shown) {
        return job.recipients().stream()
                .map(recipient -> shown.recipients().get(recipient).attempts())
                .filter(attempts -> !attempts.isEmpty() && mayTurn(attempts.getLast()))
                .map(attempts -> attempts.getLast().relay())
                .findFirst();
    }

    /** Whoever may have it already, for its last reply was lost, is the only one to know that. */
    private static boolean mayTurn(Attempt last) {
        return last.outcome() instanceof DeliveryOutcome.Deferred deferred
                && !(deferred.scope() == DeliveryOutcome.Scope.MESSAGE
                        && deferred.reply().effectiveStatus().equals(LOST));
    }
}
