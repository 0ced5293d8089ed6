package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.NodeReputation;
import io.mailvane.mail.ProviderId;
import io.mailvane.route.PeerStrike;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code /api/v1/node/snapshot}: what a peer needs. It comes from outside, so the constructor bounds it, and is the one
 * place to do so.
 *
 * @param listeners where it takes mail, as {@code 127.0.0.1:2526}: never a next hop of ours
 * @param reputation absent of an older version
 * @param strikes what receivers refused of its addresses lately
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
        Optional<NodeReputation> reputation,
        List<Strike> strikes) {
    private static final int NAME_MOST = 64;
    private static final int REASON_MOST = 300;
    private static final int REASONS_MOST = 10;
    private static final int LISTENERS_MOST = 20;
    private static final int STRIKES_MOST = 10_000;

    /** A receiver refused an address. */
    public record Strike(String provider, String address, Instant at) {
        public Strike {
            provider = cut(provider, NAME_MOST);
            address = cut(address, NAME_MOST);
            Objects.requireNonNull(at, "at");
            if (!provider.equals(provider.toLowerCase(Locale.ROOT)) || provider.isBlank()) {
                throw new IllegalArgumentException("not the name of a provider");
            }
        }

        static Strike of(PeerStrike strike) {
            return new Strike(strike.provider().id(), strike.address(), strike.at());
        }
    }

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
        strikes = Objects.requireNonNullElse(strikes, List.<Strike>of()).stream()
                .limit(STRIKES_MOST)
                .map(Objects::requireNonNull)
                .toList();
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

    List<PeerStrike> peerStrikes() {
        return strikes.stream()
                .map(strike -> new PeerStrike(new ProviderId(strike.provider()), strike.address(), strike.at()))
                .toList();
    }

    static Snapshot of(
            NodeStatus status,
            CountsAnswer counts,
            Traffic traffic,
            NodeReputation reputation,
            List<PeerStrike> strikes) {
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
                Optional.of(reputation),
                strikes.stream().map(Strike::of).toList());
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
