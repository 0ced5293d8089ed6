package io.mailvane.queue;

import io.mailvane.mail.DeliveryOutcome;
import java.time.Instant;

/**
 * One delivery attempt for one recipient, as it is kept and shown.
 *
 * @param recipient index in the envelope's list
 * @param route name of the way that was taken, or would have been: a transport, "direct", a smarthost
 * @param relay {@code name[address]:port}; "-" where no connection was tried
 * @param why one sentence: why this route, and why this outcome where the reply does not say it
 */
public record Attempt(int recipient, Instant at, String route, String relay, DeliveryOutcome outcome, String why) {}
