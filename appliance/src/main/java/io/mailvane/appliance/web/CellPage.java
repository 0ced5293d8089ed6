package io.mailvane.appliance.web;

import io.mailvane.appliance.reputation.CellAnswer;
import io.mailvane.appliance.reputation.EventAnswer;
import io.mailvane.appliance.reputation.ListAnswer;
import io.mailvane.appliance.reputation.Matrix;
import io.mailvane.appliance.reputation.PairReputation;
import io.mailvane.appliance.reputation.Timeline;
import io.mailvane.dnsbl.CellState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One address on one list: all that is known.
 *
 * @param pair what all nodes know, of which it is a part
 * @param entry how the matrix shows it
 * @param ours whether this node asks; else its peer of that name does
 * @param history newest first; of a peer's cell, what it told of it
 */
public record CellPage(
        PageHead head,
        PairReputation pair,
        CellAnswer cell,
        ListAnswer list,
        Matrix.Entry entry,
        boolean ours,
        Optional<Timeline> timeline,
        List<EventAnswer> history) {
    /** By the clock of the node that told it. */
    public Instant now() {
        return pair.nowOf(cell.node());
    }

    /** Whether the list says something against it, which can end. */
    public boolean isNamed() {
        return !cell.state().equals(CellState.CLEAN.name()) && !cell.state().equals(CellState.NONE.name());
    }

    /** In words. */
    public String remedy() {
        return switch (cell.claim().remedy()) {
            case "wait" -> "Time, once what caused it has stopped.";
            case "self-service" -> "A form of the list's.";
            case "request" -> "A request that a human reads.";
            case "config" -> "Our own set-up: PTR, EHLO name, or a range declared as dynamic. Waiting cures nothing.";
            case "compromise" -> "A host of ours that others abuse: find it.";
            case "provider" -> "The network's provider.";
            default -> "Nothing that we could do.";
        };
    }
}
