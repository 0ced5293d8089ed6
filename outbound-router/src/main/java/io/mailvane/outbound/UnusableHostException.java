package io.mailvane.outbound;

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

    /** What the host said, if it said something. */
    Optional<DeliveryReport.Refusal> refusal() {
        return refusal;
    }
}
