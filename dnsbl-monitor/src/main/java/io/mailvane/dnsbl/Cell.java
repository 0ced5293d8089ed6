package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One address on one list: what {@link CellRules} made of the answers. A value; time passes only by what is told.
 *
 * @param since of the state
 * @param listing as confirmed; of a suspect cell, as claimed; empty if clean or never answered
 * @param claim heavier findings that a listed cell's answers have begun to claim
 * @param run what is being confirmed
 * @param cited when a receiver's reply last cited the list
 * @param recalled whether the state was written down before a restart and nothing has confirmed it since
 */
record Cell(
        CellState state,
        Moment since,
        Optional<Listing> listing,
        List<Answer.Finding> claim,
        Optional<Run> run,
        Last last,
        Optional<Moment> cited,
        Optional<Mute> mute,
        boolean recalled) {
    /**
     * @param since when it was confirmed, or first claimed
     * @param first when it was first seen
     * @param seen when it was last seen
     * @param text the list's own words for it; "" if it said none
     */
    record Listing(List<Answer.Finding> findings, Moment since, Moment first, Moment seen, String text) {
        Listing {
            findings = List.copyOf(findings);
        }

        double weight() {
            return findings.stream().mapToDouble(Answer.Finding::weight).max().orElse(0);
        }

        /** Whether no waiting cures it, and it is heavy enough to say so everywhere. */
        boolean isConfigFault(double heavy) {
            return findings.stream()
                    .anyMatch(finding -> finding.remedy() == Remedy.CONFIG && finding.weight() >= heavy);
        }
    }

    /**
     * Answers of one kind in a row.
     *
     * @param counted those far enough apart
     * @param latest the last one counted
     * @param server who gave it
     */
    record Run(boolean positive, int counted, Moment first, Moment latest, String server) {}

    /**
     * The last answer.
     *
     * @param checked when; empty: never
     * @param verified when an answer last counted; empty: never
     * @param failures answers in a row that said nothing
     * @param positiveTtl of the last listing seen
     */
    record Last(
            Optional<Answer> answer,
            Optional<Moment> checked,
            Optional<Moment> verified,
            Overlay overlay,
            int failures,
            Duration positiveTtl,
            Query query) {
        static final Last NEVER = new Last(
                Optional.empty(), Optional.empty(), Optional.empty(), Overlay.NONE, 0, Duration.ZERO, Query.NONE);
    }

    /**
     * How it was asked.
     *
     * @param server "-" if no server answered
     */
    record Query(String server, ResolverMode mode, Duration latency) {
        static final Query NONE = new Query("-", ResolverMode.RESOLVER, Duration.ZERO);
    }

    Cell {
        claim = List.copyOf(claim);
    }

    static Cell unknown(Moment now) {
        return new Cell(
                CellState.NONE,
                now,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Last.NEVER,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** Written down before a restart: the last that is known, not what is. No answer has come since. */
    static Cell recalled(
            CellState state,
            Moment since,
            Optional<Listing> listing,
            Optional<Moment> verified,
            Duration positiveTtl,
            Optional<Mute> mute) {
        boolean known = state.isListed() || state == CellState.CLEAN;
        var last = new Last(Optional.empty(), Optional.empty(), verified, Overlay.NONE, 0, positiveTtl, Query.NONE);
        return new Cell(
                known ? state : CellState.NONE,
                since,
                state.isListed() ? listing : Optional.empty(),
                List.of(),
                Optional.empty(),
                last,
                Optional.empty(),
                mute,
                true);
    }

    Cell with(CellState next, Moment from, Optional<Listing> entry, Optional<Run> confirming) {
        return new Cell(next, from, entry, List.of(), confirming, last, cited, mute, recalled);
    }

    Cell with(Last answer, boolean stillRecalled) {
        return new Cell(state, since, listing, claim, run, answer, cited, mute, stillRecalled);
    }

    Cell with(Listing entry, List<Answer.Finding> claimed, Optional<Run> confirming) {
        return new Cell(state, since, Optional.of(entry), claimed, confirming, last, cited, mute, recalled);
    }

    Cell citedAt(Moment at) {
        return new Cell(state, since, listing, claim, run, last, Optional.of(at), mute, recalled);
    }

    Cell muted(Optional<Mute> by) {
        return new Cell(state, since, listing, claim, run, last, cited, by, recalled);
    }
}
