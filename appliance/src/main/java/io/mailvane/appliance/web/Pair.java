package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.NodePart;
import io.mailvane.appliance.reputation.PairReputation;
import java.util.ArrayList;
import java.util.Optional;

/** This node and its peers, as they stand now. Any number of threads. */
record Pair(WebParts parts, PeerWatch peers) {
    PairReputation reputation() {
        var now = parts.clock().instant();
        var all = new ArrayList<NodePart>();
        all.add(new NodePart(
                parts.status().get().node(),
                true,
                Optional.of(now),
                now,
                Optional.of(parts.reputation().answer()),
                ""));
        for (var peer : peers.views()) {
            all.add(new NodePart(
                    peer.node(),
                    peer.up(),
                    peer.asOf(),
                    peer.clock().orElse(now),
                    peer.snapshot().flatMap(Snapshot::reputation),
                    peer.url().toString()));
        }
        return new PairReputation(now, all);
    }
}
