package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mailvane.dnsbl.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * {@code /api/v1/reputation}: what all nodes know.
 *
 * @param verdict one sentence
 * @param tone ok, warn, bad, or stale: too old, or not known
 * @param verifiedAt when an answer of a list last counted
 * @param notice what every reader is to know first; "" if nothing
 * @param routing of each node that told of it
 */
public record ReputationAnswer(
        Instant asOf,
        String verdict,
        Verdict.Tone tone,
        Optional<Instant> verifiedAt,
        String notice,
        List<String> alarms,
        List<NodeAnswer> nodes,
        List<AddressAnswer> addresses,
        List<CellAnswer> cells,
        List<ListAnswer> lists,
        List<RoutingOfNode> routing) {
    /**
     * @param state up or unreachable
     * @param asOf when it was last heard; absent: never
     */
    public record NodeAnswer(String node, String state, Optional<Instant> asOf) {}

    /** By which ways a node's mail leaves. */
    public record RoutingOfNode(String node, @JsonUnwrapped RoutingAnswer ways) {}

    public static ReputationAnswer of(PairReputation pair) {
        return new ReputationAnswer(
                pair.now(),
                pair.verdict(),
                pair.tone(),
                pair.verifiedAt(),
                pair.notice(),
                pair.alarms(),
                pair.parts().stream()
                        .map(part -> new NodeAnswer(part.node(), part.state(), part.asOf()))
                        .toList(),
                pair.addresses(),
                pair.cells(),
                pair.lists(),
                pair.routing().stream()
                        .flatMap(part ->
                                part.told().stream().map(told -> new RoutingOfNode(part.node(), told.routing())))
                        .toList());
    }
}
