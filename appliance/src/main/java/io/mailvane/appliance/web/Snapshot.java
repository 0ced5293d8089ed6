package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.NodeReputation;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /api/v1/node/snapshot}: what a peer needs. It comes from outside, so the constructor bounds it, and is the one
 * place to do so.
 *
 * @param listeners where it takes mail, as {@code 127.0.0.1:2526}: never a next hop of ours
 * @param reputation absent of an older version
 */
public record Snapshot(
        String node,
        String zone,
        String state,
        List<String> reasons,
        long epoch,
        Instant asOf,
        Instant started,
        List<String> listeners,
        CountsAnswer counts,
        TrafficAnswer traffic,
        Optional<NodeReputation> reputation) {
    private static final int NAME_MOST = 64;
    private static final int REASON_MOST = 300;
    private static final int REASONS_MOST = 10;
    private static final int LISTENERS_MOST = 20;

    public Snapshot {
        node = cut(node, NAME_MOST);
        zone = cut(zone, NAME_MOST);
        state = known(state);
        reasons = reasons.stream()
                .limit(REASONS_MOST)
                .map(reason -> cut(reason, REASON_MOST))
                .toList();
        listeners = listeners.stream()
                .limit(LISTENERS_MOST)
                .map(listener -> cut(listener, NAME_MOST))
                .toList();
        Objects.requireNonNull(asOf, "asOf");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(traffic, "traffic");
        counts = bounded(counts);
        refuseForeign(node, reputation);
    }

    /** A node speaks of its own addresses alone. */
    private static void refuseForeign(String node, Optional<NodeReputation> reputation) {
        boolean own = reputation.stream()
                .allMatch(told -> told.sources().stream()
                                .allMatch(each -> each.node().equals(node))
                        && told.cells().stream().allMatch(each -> each.node().equals(node))
                        && told.lists().stream().allMatch(each -> each.node().equals(node)));
        if (!own) {
            throw new IllegalArgumentException("a node that speaks for another");
        }
    }

    static Snapshot of(NodeStatus status, CountsAnswer counts, Traffic traffic, NodeReputation reputation) {
        return new Snapshot(
                status.node(),
                status.zone(),
                status.state().label(),
                status.reasons(),
                status.epoch(),
                counts.asOf(),
                status.started(),
                status.listeners().stream().map(NodeStatus.Listener::address).toList(),
                counts,
                TrafficAnswer.of(traffic),
                Optional.of(reputation));
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private static String known(String label) {
        if (Stream.of(NodeStatus.State.values())
                .noneMatch(state -> state.label().equals(label))) {
            throw new IllegalArgumentException("not a state of a node");
        }
        return label;
    }

    private static CountsAnswer bounded(CountsAnswer counts) {
        Objects.requireNonNull(counts.messages(), "messages");
        return new CountsAnswer(
                cut(counts.node(), NAME_MOST), counts.asOf(), counts.messages(), counts.recipients(), counts.oldest());
    }
}
