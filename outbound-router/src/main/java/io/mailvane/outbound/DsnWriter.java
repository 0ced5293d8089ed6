package io.mailvane.outbound;

import io.mailvane.mail.Mailbox;
import io.mailvane.queue.DsnComposer;
import java.util.Optional;

/** Writes DSNs (RFC 3464). */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class DsnWriter implements DsnComposer {
    /**
     * @param hostname Reporting-MTA, and the right side of our Message-ID
     * @param postmaster whom a human may ask
     */
    public DsnWriter(String hostname, Mailbox postmaster) {}

    @Override
    public Optional<Dsn> compose(Occasion occasion) {
        throw new UnsupportedOperationException();
    }
}
