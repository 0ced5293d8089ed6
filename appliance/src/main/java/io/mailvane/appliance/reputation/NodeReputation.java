package io.mailvane.appliance.reputation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What one node knows of its addresses: its part of every page, and what its peers pull.
 *
 * @param sources its addresses, in the order of its configuration; empty: it monitors nothing
 * @param cells by address in that order, then by list, heaviest first
 * @param lists heaviest first
 * @param alarms sentences that call for the operator
 * @param strips of the last 24 hours: of every address, and of each on every list
 * @param routing by which ways its mail leaves
 */
public record NodeReputation(
        Instant asOf,
        VerdictAnswer verdict,
        List<AddressAnswer> sources,
        List<CellAnswer> cells,
        List<ListAnswer> lists,
        List<String> alarms,
        List<Strip> strips,
        @JsonUnwrapped News news,
        RoutingAnswer routing) {
    public NodeReputation {
        Objects.requireNonNull(asOf, "asOf");
        Objects.requireNonNull(verdict, "verdict");
        sources = Bounds.list(sources, Bounds.ADDRESSES);
        cells = Bounds.list(cells, Bounds.CELLS);
        lists = Bounds.list(lists, Bounds.LISTS);
        alarms = Bounds.list(alarms, Bounds.FEW).stream().map(Bounds::text).toList();
        strips = Bounds.list(strips, Bounds.CELLS);
        Objects.requireNonNull(news, "news");
        routing = Objects.requireNonNullElse(routing, RoutingAnswer.NONE);
    }

    /** @see PairReputation#sight */
    int sight() {
        return Objects.hash(
                verdict.notice(),
                alarms,
                sources.stream().map(AddressAnswer::sight).toList(),
                cells.stream().map(CellAnswer::sight).toList(),
                lists.stream().map(ListAnswer::sight).toList(),
                news,
                routing.sight());
    }

    /** What the router knows and the monitor does not: by which ways mail leaves, and how far the addresses are that are new. */
    NodeReputation with(RoutingAnswer now) {
        var warmed = sources.stream()
                .map(each -> now.warmUps(each.source()).stream()
                        .findFirst()
                        .map(furthest -> each.atStep(furthest.step(), furthest.steps()))
                        .orElse(each))
                .toList();
        return new NodeReputation(asOf, verdict, warmed, cells, lists, alarms, strips, news, now);
    }
}
