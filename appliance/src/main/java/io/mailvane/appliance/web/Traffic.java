package io.mailvane.appliance.web;

import io.mailvane.inbound.InboundStats;
import io.mailvane.outbound.OutboundStats;

/** What went through a node since its start. */
public record Traffic(Incoming incoming, OutboundStats outgoing) {
    public static Traffic of(InboundStats incoming, OutboundStats outgoing) {
        return new Traffic(
                new Incoming(
                        incoming.sessionsOpen(),
                        incoming.sessions(),
                        incoming.accepted(),
                        incoming.refused(),
                        incoming.deferred(),
                        incoming.octets()),
                outgoing);
    }

    /**
     * Sessions and transactions.
     *
     * @param sessionsOpen just now
     * @param accepted messages answered 250; refused 5yz and deferred 4yz, after their content
     * @param octets of accepted content
     */
    public record Incoming(int sessionsOpen, long sessions, long accepted, long refused, long deferred, long octets) {}
}
