/**
 * The values every part of Mailvane speaks in: envelope, paths, queue ids, replies, outcomes. Nothing here does I/O, reads
 * a clock or logs. Begin with {@link io.mailvane.mail.Envelope} and {@link io.mailvane.mail.DeliveryOutcome}.
 */
@NullMarked
package io.mailvane.mail;

import org.jspecify.annotations.NullMarked;
