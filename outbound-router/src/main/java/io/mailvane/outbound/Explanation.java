package io.mailvane.outbound;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why mail for a recipient would go the way it would go just now.
 *
 * @param provider whose MTA it would meet
 * @param chosen the route; empty on hold
 * @param until how long that stands; empty: until set
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
        /** A smarthost. */
        SMARTHOST
    }

    /** One way that was looked at. */
    public record Candidate(String route, Kind kind, String tier, boolean eligible, List<String> reasons) {
        public Candidate {
            reasons = List.copyOf(reasons);
        }
    }
}
