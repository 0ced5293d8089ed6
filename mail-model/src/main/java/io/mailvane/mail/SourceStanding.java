package io.mailvane.mail;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How one of our source addresses stands, as the blacklist monitor judges it: all that the choice of a route knows of
 * blacklists.
 *
 * @param source its name in the configuration
 * @param share 0 to 1: how much of its usual mail it may carry now; less than 1 in warm-up and on the way back
 * @param penalty 0 or more, at a provider that {@code penalties} does not name: how much of the mail its listings cost
 * @param why one sentence, for pages, explanations and the log
 * @param until the earliest change that time alone will bring, if one is known
 */
public record SourceStanding(
        String source,
        State state,
        double share,
        double penalty,
        Map<ProviderId, Double> penalties,
        String why,
        Optional<Instant> until) {
    public SourceStanding {
        penalties = Map.copyOf(penalties);
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share is within 0 and 1: " + share);
        }
        if (!(penalty >= 0) || penalties.values().stream().anyMatch(each -> !(each >= 0))) {
            throw new IllegalArgumentException("a penalty is not negative");
        }
    }

    /** Of an address that nothing is known against. */
    public static SourceStanding active(String source) {
        return new SourceStanding(
                source, State.ACTIVE, 1, 0, Map.of(), "nothing is known against it", Optional.empty());
    }

    public double penaltyAt(ProviderId provider) {
        return penalties.getOrDefault(provider, penalty);
    }

    /** What the monitor made of an address. */
    public enum State {
        NEW,
        /** Being checked before its first mail. */
        ADMISSION,
        /** Carries {@link SourceStanding#share}. */
        WARMING,
        ACTIVE,
        /** Listed where some receivers look: usable by penalty. */
        DEGRADED,
        /** Not used at all. */
        QUARANTINED,
        /** Clean again; carries {@link SourceStanding#share}. */
        RECOVERING,
        /** Would be quarantined, and there is no other way out: used where the penalty allows it. */
        LAST_RESORT,
        /** The operator lets it run dry. */
        DRAINING,
        DISABLED,
        RETIRED
    }
}
