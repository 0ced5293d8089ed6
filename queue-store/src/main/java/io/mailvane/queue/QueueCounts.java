package io.mailvane.queue;

import java.time.Instant;
import java.util.Optional;

/**
 * How much is queued, by state; settled messages do not count.
 *
 * @param recipients not yet settled
 * @param oldest when the oldest queued message was received
 */
public record QueueCounts(
        long total,
        long toScan,
        long active,
        long deferred,
        long held,
        long quarantined,
        long recipients,
        Optional<Instant> oldest) {}
