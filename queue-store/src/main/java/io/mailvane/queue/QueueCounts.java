package io.mailvane.queue;

import java.time.Instant;
import java.util.Optional;

/**
 * How much is queued, by state; settled messages do not count.
 *
 * @param recipients not yet settled
 * @param oldest when the oldest queued message was received
 * @param oldestToScan when the oldest of those was received that wait for their scan
 */
public record QueueCounts(
        long total,
        long toScan,
        long active,
        long deferred,
        long held,
        long quarantined,
        long recipients,
        Optional<Instant> oldest,
        Optional<Instant> oldestToScan) {}
