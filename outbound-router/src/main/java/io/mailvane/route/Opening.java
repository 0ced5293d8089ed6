package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.util.Optional;

/**
 * A way that was shut lets mail through again, and not because its time had come.
 *
 * @param provider to whom; empty: to everyone
 */
public record Opening(Route route, Optional<ProviderId> provider) {}
