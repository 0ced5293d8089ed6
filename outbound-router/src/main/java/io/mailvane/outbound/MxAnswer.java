package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import java.time.Duration;
import java.util.List;

/** Where a domain's mail goes, or what its recipients get at once. Each holds for {@code ttl}. */
sealed interface MxAnswer {
    Duration ttl();

    /**
     * @param hosts ascending by preference, at least one
     * @param cut whether we were among them, and so are what others would send this mail to
     */
    record Hosts(List<MxHost> hosts, boolean cut, Duration ttl) implements MxAnswer {
        public Hosts {
            hosts = List.copyOf(hosts);
        }
    }

    /**
     * @param outcome Failed or Deferred
     * @param why one sentence
     */
    record Decided(DeliveryOutcome outcome, String why, Duration ttl) implements MxAnswer {}
}
