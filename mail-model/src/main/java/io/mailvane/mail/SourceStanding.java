package io.mailvane.mail;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one of our source addresses stands: all that a route decision knows of DNSBLs.
 *
 * @param source name in the configuration
 * @param share 0 to 1: how much of its weight the address may carry now; 1 when nothing limits it
 * @param penalty at a provider that {@code penalties} does not name; 0 is spotless, 100 and more is refused there
 * @param why one sentence
 * @param until earliest time at which time alone changes the state; empty where only an event can
 */
public record SourceStanding(
        String source,
        State state,
        double share,
        double penalty,
        Map<ProviderId, Double> penalties,
        String why,
        Optional<Instant> until) {

    /** Life of a source address. */
    public enum State {
        /** Nothing is known yet. */
        NEW,
        /** Being looked at before its first mail. */
        ADMISSION,
        /** Unknown to receivers: its volume grows by the day. */
        WARMING,
        ACTIVE,
        /** Named by lists that some receivers use: the penalty decides. */
        DEGRADED,
        /** No mail leaves from it. */
        QUARANTINED,
        /** Back from a listing, its share growing. */
        RECOVERING,
        /** Would be quarantined, and there is no other way out. */
        LAST_RESORT,
        DRAINING,
        DISABLED,
        RETIRED;

        /** Whether a new message may leave from it, where its penalty and share allow. */
        public boolean maySend() {
            return switch (this) {
                case WARMING, ACTIVE, DEGRADED, RECOVERING, LAST_RESORT -> true;
                case NEW, ADMISSION, QUARANTINED, DRAINING, DISABLED, RETIRED -> false;
            };
        }
    }

    public SourceStanding {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share is within 0 and 1: " + share);
        }
        if (!(penalty >= 0) || penalties.values().stream().anyMatch(each -> !(each >= 0))) {
            throw new IllegalArgumentException("a penalty is not negative");
        }
        penalties = Map.copyOf(penalties);
    }

    /** Whether a decision that went by the one goes by the other alike: not by the words, nor by when they change. */
    public boolean isAlike(SourceStanding other) {
        return state == other.state
                && share == other.share
                && penalty == other.penalty
                && penalties.equals(other.penalties);
    }

    public double penaltyAt(ProviderId provider) {
        return penalties.getOrDefault(provider, penalty);
    }
}
