package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.AddressAnswer;
import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.News;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.Timeline;
import java.util.List;
import java.util.Optional;

/**
 * What the reputation page shows.
 *
 * @param troubledOnly whether rows in which all is clean are left out
 * @param timelines of the last 24 hours, of cells alone: an address has its own on its card; where there are many, of those that say most
 * @param events other than replies
 * @param replies of receivers, against an address of ours
 * @param explained what was asked for, and the decision
 */
public record ReputationPage(
        PageHead head,
        PairReputation pair,
        Matrix matrix,
        boolean troubledOnly,
        List<Timeline> timelines,
        Newest events,
        Newest replies,
        Explained explained) {
    static final int TIMELINES = 40;
    private static final int CARDS = 12;

    /** Cells that have their timeline on their own page alone. */
    public int notDrawn() {
        return pair.cells().size() - timelines.size();
    }

    /** The addresses that have a whole card: where there are many, the gravest. */
    public List<AddressAnswer> detailed() {
        return matrix.crowded() ? pair.notPlain().stream().limit(CARDS).toList() : pair.addresses();
    }

    /**
     * @param events newest first
     * @param cut whether there are more
     */
    public record Newest(List<EventAnswer> events, boolean cut) {
        static Newest of(List<EventAnswer> all) {
            return new Newest(all.stream().limit(News.SHOWN).toList(), all.size() > News.SHOWN);
        }
    }

    /**
     * @param problem why it cannot be explained; "" if it can
     */
    public record Explained(RouteQuestion asked, String problem, Optional<RouteResource.ExplainAnswer> answer) {}
}
