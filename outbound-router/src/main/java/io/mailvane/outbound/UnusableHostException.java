package io.mailvane.outbound;

import io.mailvane.mail.StatusClass;
import io.mailvane.reply.ReplyPhase;
import java.io.IOException;
import java.util.Optional;

/** A host was reached and cannot take mail from us just now, whatever the mail is. The message is one sentence. */
final class UnusableHostException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Optional<DeliveryReport.Refusal> refusal;

    UnusableHostException(String message) {
        super(message);
        this.refusal = Optional.empty();
    }

    UnusableHostException(String message, DeliveryReport.Refusal refusal) {
        super(message);
        this.refusal = Optional.of(refusal);
    }

    /** Whether it does not take our credentials, and is not to be asked again soon. */
    boolean isRefusedForGood() {
        return refusal.filter(
                        each -> each.phase() == ReplyPhase.AUTH && each.reply().statusClass() == StatusClass.PERMANENT)
                .isPresent();
    }

    /** For who would have heard the same. */
    UnusableHostException toAnother() {
        var message = "not asked, another session was just " + getMessage();
        return refusal.map(each -> new UnusableHostException(message, each))
                .orElseGet(() -> new UnusableHostException(message));
    }

    /** What the host said, if it said something. */
    Optional<DeliveryReport.Refusal> refusal() {
        return refusal;
    }
}
