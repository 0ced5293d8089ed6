package io.mailvane.appliance.web;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a node says of itself.
 *
 * @param reasons why it is not {@link State#ACCEPTING}, one sentence each; empty if it is
 * @param epoch of its partition
 * @param started when the process began
 * @param relayDomains whose mail is taken from anyone
 * @param partitions that it acts for, its own first
 * @param takeovers of partitions, also of those that are finished
 */
public record NodeStatus(
        String node,
        String zone,
        State state,
        List<String> reasons,
        long epoch,
        Instant started,
        List<Listener> listeners,
        List<String> relayDomains,
        List<PartitionStatus> partitions,
        Takeovers takeovers) {
    public NodeStatus {
        reasons = List.copyOf(reasons);
        listeners = List.copyOf(listeners);
        relayDomains = List.copyOf(relayDomains);
        partitions = List.copyOf(partitions);
    }

    /** Whether mail is taken. */
    public enum State {
        STARTING,
        ACCEPTING,
        /** No mail can be stored just now. */
        CLOSED,
        DRAINING;

        /** The word of REST and pages. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Where SMTP is spoken.
     *
     * @param role mx, submission or internal
     * @param address {@code 127.0.0.1:2525}, with the real port
     */
    public record Listener(String name, String role, String address) {}
}
