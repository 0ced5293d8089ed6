package io.mailvane.route;

import io.mailvane.mail.ProviderId;
import java.time.Instant;

/**
 * A provider refused an address: what two nodes tell each other, so that together they do not try a third.
 *
 * @param address in its textual form
 */
public record PeerStrike(ProviderId provider, String address, Instant at) {}
