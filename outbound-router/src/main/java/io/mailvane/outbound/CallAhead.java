package io.mailvane.outbound;

import io.mailvane.mail.Mailbox;
import java.util.function.Function;

/** Asks the host that a relay domain's mail goes to, by MAIL and RCPT without DATA, and remembers its answers. */
@SuppressWarnings("DoNotCallSuggester")
public final class CallAhead implements Function<Mailbox, RecipientAnswer> {
    CallAhead() {}

    /** Blocks until it is known, or its time-out has passed. */
    @Override
    public RecipientAnswer apply(Mailbox recipient) {
        throw new UnsupportedOperationException();
    }
}
