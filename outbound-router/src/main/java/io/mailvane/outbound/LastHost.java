package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.LogLine;
import io.mailvane.queue.Attempt;
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

    /** None if one of the recipients may have been taken: whoever has it already, for its last reply was lost, is the only one to know that. */
    static Optional<String> of(Job job, MessageQueue queue) {
        try {
            var last = queue.lastAttempts(job.message().id(), job.recipients());
            return last.stream().anyMatch(LastHost::isLost)
                    ? Optional.empty()
                    : last.stream().map(Attempt::relay).findFirst();
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

    private static boolean isLost(Attempt last) {
        return last.outcome() instanceof DeliveryOutcome.Deferred deferred
                && deferred.scope() == DeliveryOutcome.Scope.MESSAGE
                && deferred.reply().effectiveStatus().equals(LOST);
    }
}
