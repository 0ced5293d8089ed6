package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.route.Route;
import io.mailvane.route.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Why mail for a recipient would go the way it would go just now.
 *
 * @param provider whose MTA it would meet
 * @param chosen the route; empty on hold
 * @param until on hold, when mail is looked at again at the latest; empty where it is sent
 * @param candidates best first
 */
public record Explanation(
        String provider,
        Decision decision,
        Optional<String> chosen,
        Optional<Instant> until,
        List<Candidate> candidates) {
    public Explanation {
        candidates = List.copyOf(candidates);
    }

    /** Whether anything would be sent. */
    public enum Decision {
        SEND,
        HOLD
    }

    /** By whose address a route leaves. */
    public enum Kind {
        /** The host's own choice of address. */
        HOST,
        /** One of this node's source addresses. */
        SOURCE,
        /** A source address of the other node. */
        PEER,
        /** A smarthost. */
        SMARTHOST;

        static Kind of(Route.Kind kind) {
            return switch (kind) {
                case HOST -> HOST;
                case SOURCE -> SOURCE;
                case PEER -> PEER;
                case SMARTHOST -> SMARTHOST;
            };
        }
    }

    /** @param again when what waits without a known end is tried again */
    static Explanation of(Routing.Choice choice, Instant again, io.mailvane.route.Decision decision) {
        var candidates = decision.candidates().stream()
                .sorted(Comparator.comparing(io.mailvane.route.Candidate::tier)
                        .thenComparingInt(io.mailvane.route.Candidate::rank))
                .map(each -> Candidate.of(choice, each))
                .toList();
        var provider = choice.provider().id();
        return switch (decision) {
            case io.mailvane.route.Decision.Send send ->
                new Explanation(
                        provider,
                        Decision.SEND,
                        Optional.of(Candidate.name(choice, send.chosen().route())),
                        Optional.empty(),
                        candidates);
            case io.mailvane.route.Decision.Hold hold ->
                new Explanation(
                        provider,
                        Decision.HOLD,
                        Optional.empty(),
                        Optional.of(hold.until().orElse(again)),
                        candidates);
        };
    }

    static Explanation of(Routing.Only only) {
        var candidate = new Candidate(only.way().route(), Kind.HOST, Tier.T0.name(), true, List.of(only.why()));
        return new Explanation(
                only.provider().id(),
                Decision.SEND,
                Optional.of(candidate.route()),
                Optional.empty(),
                List.of(candidate));
    }

    /** @param again as above; what fails does not wait, and is returned {@code now} */
    static Explanation of(Routing.Decided decided, Instant now, Instant again) {
        var reasons = List.of(
                fate(decided.outcome()) + decided.why(),
                decided.outcome().reply().text());
        return new Explanation(
                decided.provider().id(),
                Decision.HOLD,
                Optional.empty(),
                Optional.of(decided.outcome() instanceof DeliveryOutcome.Failed ? now : again),
                List.of(new Candidate(decided.route(), Kind.HOST, Tier.T0.name(), false, reasons)));
    }

    /** Nothing is sent in both cases; the words say whether mail would wait or be returned. */
    private static String fate(DeliveryOutcome outcome) {
        return switch (outcome) {
            case DeliveryOutcome.Failed _ -> "fails: ";
            case DeliveryOutcome.Deferred _ -> "waits: ";
            case DeliveryOutcome.Relayed _ -> "";
        };
    }

    /** One way that was looked at. */
    public record Candidate(String route, Kind kind, String tier, boolean eligible, List<String> reasons) {
        public Candidate {
            reasons = List.copyOf(reasons);
        }

        private static Candidate of(Routing.Choice choice, io.mailvane.route.Candidate candidate) {
            var route = candidate.route();
            var reasons = new ArrayList<String>();
            if (route.kind() != Route.Kind.SMARTHOST && candidate.isOpen()) {
                reasons.add(choice.why());
            }
            reasons.addAll(candidate.reasons());
            return new Candidate(
                    name(choice, route), Kind.of(route.kind()), candidate.tier().name(), candidate.isOpen(), reasons);
        }

        /** The host's own choice of address has no name of its own: the transport's is what an operator knows. */
        private static String name(Routing.Choice choice, Route route) {
            return route.kind() == Route.Kind.HOST ? choice.transport().orElse(route.name()) : route.name();
        }
    }
}
