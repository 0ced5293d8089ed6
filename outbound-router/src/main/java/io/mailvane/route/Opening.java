package io.mailvane.route;

import io.mailvane.mail.ProviderId;

/** A way that was shut lets mail through again, and not because its time had come. */
public sealed interface Opening {
    Route route();

    /** It is open to whoever may take it. */
    record ToAll(Route route) implements Opening {}

    /** It is open to one provider's mail. */
    record ToProvider(Route route, ProviderId provider) implements Opening {}

    /** One delivery more is to show whether it is well: to call all that wait would be for nothing. */
    record ForTrial(Route route) implements Opening {}
}
