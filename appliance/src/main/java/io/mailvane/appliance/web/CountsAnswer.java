package io.mailvane.appliance.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mailvane.queue.QueueCounts;
import java.time.Instant;
import java.util.Optional;

/** {@code /api/v1/queue/counts}: how much is queued. */
public record CountsAnswer(String node, Instant asOf, Messages messages, long recipients, Optional<Instant> oldest) {
    /** Messages by state. */
    public record Messages(
            long total,
            @JsonProperty("to-scan") long toScan,
            long active,
            long deferred,
            long held,
            long quarantined) {}

    static CountsAnswer of(String node, Instant asOf, QueueCounts counts) {
        var messages = new Messages(
                counts.total(),
                counts.toScan(),
                counts.active(),
                counts.deferred(),
                counts.held(),
                counts.quarantined());
        return new CountsAnswer(node, asOf, messages, counts.recipients(), counts.oldest());
    }
}
