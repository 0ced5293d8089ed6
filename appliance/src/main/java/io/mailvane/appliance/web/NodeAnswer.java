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
        List<Partition> partitions,
        List<Peer> peers,
        Instant started,
        List<NodeStatus.Listener> listeners,
        TrafficAnswer traffic,
        VolumeAnswer volume) {

    /**
     * A partition that this node delivers from.
     *
     * @param lease until when it may; absent: the partition is held by this process's lock, without end
     */
    record Partition(String name, long epoch, String owner, Optional<Instant> lease) {}

    /** @param asOf when it was last heard; absent: never */
    record Peer(String node, String state, Optional<Instant> asOf) {}

    static NodeAnswer of(NodeStatus status, Traffic traffic, List<PeerView> peers, VolumeAnswer volume) {
        return new NodeAnswer(
                status.node(),
                status.zone(),
                status.state().label(),
                status.reasons(),
                status.epoch(),
                List.of(new Partition(status.node(), status.epoch(), status.node(), Optional.empty())),
                peers.stream()
                        .map(peer -> new Peer(peer.node(), peer.state(), peer.asOf()))
                        .toList(),
                status.started(),
                status.listeners(),
                TrafficAnswer.of(traffic),
                volume);
    }
}
