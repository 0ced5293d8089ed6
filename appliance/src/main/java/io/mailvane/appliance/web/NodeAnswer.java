package io.mailvane.appliance.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code /api/v1/node}. */
record NodeAnswer(
        String node,
        String zone,
        String state,
        List<String> reasons,
        long epoch,
        List<PartitionStatus> partitions,
        List<Takeovers.Takeover> takeovers,
        List<Peer> peers,
        Instant started,
        List<NodeStatus.Listener> listeners,
        TrafficAnswer traffic,
        VolumeAnswer volume) {

    /** @param asOf when it was last heard; absent: never */
    record Peer(String node, String state, Optional<Instant> asOf) {}

    static NodeAnswer of(NodeStatus status, Traffic traffic, List<PeerView> peers, VolumeAnswer volume) {
        return new NodeAnswer(
                status.node(),
                status.zone(),
                status.state().label(),
                status.reasons(),
                status.epoch(),
                status.partitions(),
                status.takeovers().last(),
                peers.stream()
                        .map(peer -> new Peer(peer.node(), peer.state(), peer.asOf()))
                        .toList(),
                status.started(),
                status.listeners(),
                TrafficAnswer.of(traffic),
                volume);
    }
}
