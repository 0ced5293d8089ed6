package io.mailvane.mail;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one of our source addresses stands: all that a route decision knows of DNSBLs.
 *
 * @param source name in the configuration
 * @param share 0 to 1: how much of its mail the address may carry now to a provider that {@code shares} does not name; 1 when nothing
 *     limits it
 * @param shares of providers that had it out when others had not, or the other way round
 * @param penalty at a provider that {@code penalties} does not name; 0 is spotless, 100 and more is refused there
 * @param why one sentence
 * @param until earliest time at which time alone changes the state; empty where only an event can
 * @param growth whether each receiver is given more of it from day to day only
 */
public record SourceStanding(
        String source,
        State state,
        double share,
        Map<ProviderId, Double> shares,
        double penalty,
        Map<ProviderId, Double> penalties,
        String why,
        Optional<Instant> until,
        Growth growth) {

    /** Where every provider has the same share, no list holds up a warm-up, and none goes on in another state than its own. */
    public SourceStanding(
            String source,
            State state,
            double share,
            double penalty,
            Map<ProviderId, Double> penalties,
            String why,
            Optional<Instant> until) {
        this(
                source,
                state,
                share,
                Map.of(),
                penalty,
                penalties,
                why,
                until,
                state == State.WARMING ? Growth.GROWS : Growth.NONE);
    }

    /** What a warm-up does to the address: also while it is DEGRADED, if it was new when lists named it. */
    public enum Growth {
        /** Receivers know it, or no mail leaves from it. */
        NONE,
        /** Each receiver may be given more the next day. */
        GROWS,
        /** None may, while a list claims something that is not confirmed. */
        STOPPED
    }

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
        if (!isShare(share) || !shares.values().stream().allMatch(SourceStanding::isShare)) {
            throw new IllegalArgumentException("a share is within 0 and 1: " + share + " " + shares);
        }
        if (!(penalty >= 0) || penalties.values().stream().anyMatch(each -> !(each >= 0))) {
            throw new IllegalArgumentException("a penalty is not negative");
        }
        shares = Map.copyOf(shares);
        penalties = Map.copyOf(penalties);
    }

    private static boolean isShare(double share) {
        return share >= 0 && share <= 1;
    }

    /** Whether each receiver is given only so much of it a day. */
    public boolean isWarming() {
        return growth != Growth.NONE;
    }

    /** Whether a decision that went by the one goes by the other alike: not by the words, nor by when they change. */
    public boolean isAlike(SourceStanding other) {
        return state == other.state
                && isWarming() == other.isWarming()
                && share == other.share
                && shares.equals(other.shares)
                && penalty == other.penalty
                && penalties.equals(other.penalties);
    }

    public double penaltyAt(ProviderId provider) {
        return penalties.getOrDefault(provider, penalty);
    }

    public double shareAt(ProviderId provider) {
        return shares.getOrDefault(provider, share);
    }
}
