package io.mailvane.route;

import java.time.Instant;
import java.util.List;

/**
 * One way that was looked at.
 *
 * @param tier it is in, or would be in
 * @param rank within the tier, lower first
 * @param weight among those of equal rank
 * @param from since when it may be taken: now or before for an eligible one; {@link Instant#MAX} where time alone changes nothing
 */
public record Candidate(
        Route route, Tier tier, int rank, Fitness fitness, double weight, Instant from, List<Reason> why) {
    /** Whether it may be taken. */
    public enum Fitness {
        ELIGIBLE,
        /** It would be, but takes no more just now. */
        WAITING,
        /** It may ask with one message whether it is welcome again. */
        PROBE,
        EXCLUDED
    }

    public Candidate {
        why = List.copyOf(why);
    }

    /** Whether a message may take it now. */
    public boolean isOpen() {
        return fitness == Fitness.ELIGIBLE || fitness == Fitness.PROBE;
    }

    /** In words, at least one. */
    public List<String> reasons() {
        return why.stream().map(Reason::words).toList();
    }
}
