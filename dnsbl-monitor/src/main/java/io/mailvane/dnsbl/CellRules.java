package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The machine of a cell: NONE or CLEAN, SUSPECT, LISTED, CLEARING, CLEAN.
 *
 * <p>Only answers of a list that works move it. An answer that says nothing freezes the state: it confirms nothing and
 * clears nothing. Pure: the same events give the same states.
 */
final class CellRules {
    private final JudgingSettings settings;
    /** The age from which what a cell says is not known any more. */
    private final Duration outdatedAfter;

    CellRules(JudgingSettings settings) {
        this.settings = settings;
        this.outdatedAfter = settings.interval()
                .orElse(settings.intervalMax())
                .multipliedBy(2)
                .plus(settings.confirmGap().multipliedBy(2));
    }

    /** The age from which what a cell says is not known any more: so old is the newest answer of addresses of which nothing is known. */
    Duration outdatedAfter() {
        return outdatedAfter;
    }

    /**
     * An answer as it came in.
     *
     * @param alone whether the list has one server, or but one that answers: then it may confirm itself
     * @param hindrance of the list, NONE if its answers count
     * @param held whether too much changes at once: twice the confirmations, and no short cut
     */
    record Evidence(Answer answer, Cell.Query query, boolean alone, Overlay hindrance, boolean held, Moment at) {}

    Cell answered(Cell cell, Evidence evidence) {
        var overlay = overlayOf(evidence.answer().kind());
        boolean counts = overlay == Overlay.NONE && evidence.hindrance() == Overlay.NONE;
        var noted = cell.with(last(cell, evidence, overlay, counts), cell.recalled() && !counts);
        if (!counts) {
            return noted;
        }
        return evidence.answer().kind() == AnswerClass.POSITIVE ? positive(noted, evidence) : negative(noted, evidence);
    }

    private static Overlay overlayOf(AnswerClass kind) {
        return switch (kind) {
            case POSITIVE, NEGATIVE, NEUTRAL -> Overlay.NONE;
            case UNKNOWN, UNMAPPED -> Overlay.UNKNOWN;
            case REFUSED -> Overlay.REFUSED;
            case LIST_BROKEN -> Overlay.BROKEN;
        };
    }

    private Cell.Last last(Cell cell, Evidence evidence, Overlay overlay, boolean counts) {
        var answer = withKnownText(cell, evidence.answer());
        boolean silent = answer.kind() == AnswerClass.UNKNOWN || answer.kind() == AnswerClass.REFUSED;
        return new Cell.Last(
                Optional.of(answer),
                Optional.of(evidence.at()),
                counts ? Optional.of(evidence.at()) : cell.last().verified(),
                overlay,
                silent ? cell.last().failures() + 1 : 0,
                answer.kind() == AnswerClass.POSITIVE
                        ? answer.ttl().orElse(settings.intervalDefault())
                        : cell.last().positiveTtl(),
                evidence.query());
    }

    /** The list's words are not asked for each time. */
    private static Answer withKnownText(Cell cell, Answer answer) {
        boolean wordless =
                answer.kind() == AnswerClass.POSITIVE && answer.text().isEmpty();
        return cell.last()
                .answer()
                .filter(before -> wordless && before.codes().equals(answer.codes()))
                .map(before -> answer.withText(before.text()))
                .orElse(answer);
    }

    /** Of the last answer, or, where it came without, as they were known. */
    private static String words(Cell cell, Optional<Cell.Listing> known) {
        return cell.last()
                .answer()
                .map(Answer::text)
                .filter(text -> !text.isEmpty())
                .or(() -> known.map(Cell.Listing::text))
                .orElse("");
    }

    private Cell positive(Cell cell, Evidence evidence) {
        return switch (cell.state()) {
            case NONE, CLEAN, SUSPECT -> suspected(cell, evidence);
            case LISTED -> stillListed(cell, evidence);
            case CLEARING -> listedAgain(cell, evidence);
        };
    }

    private Cell suspected(Cell cell, Evidence evidence) {
        var at = evidence.at();
        var run = confirm(cell.run(), true, evidence);
        var claimed = cell.state() == CellState.SUSPECT ? cell.listing() : Optional.<Cell.Listing>empty();
        var first = claimed.map(Cell.Listing::first).orElse(at);
        var text = words(cell, claimed);
        boolean cited = !evidence.held() && isCited(cell, at);
        if (cited || run.counted() >= needed(evidence)) {
            var listing = new Cell.Listing(evidence.answer().findings(), at, first, at, text);
            return cell.with(CellState.LISTED, at, Optional.of(listing), Optional.empty());
        }
        var listing = new Cell.Listing(evidence.answer().findings(), first, first, at, text);
        var since = cell.state() == CellState.SUSPECT ? cell.since() : at;
        return cell.with(CellState.SUSPECT, since, Optional.of(listing), Optional.of(run));
    }

    /** What a listing gains in weight is confirmed like a listing; what it loses is believed. */
    private Cell stillListed(Cell cell, Evidence evidence) {
        var listing = cell.listing().orElseThrow();
        var findings = evidence.answer().findings();
        var text = words(cell, cell.listing());
        var seen = new Cell.Listing(findings, listing.since(), listing.first(), evidence.at(), text);
        if (!isHeavier(seen, listing)) {
            return cell.with(seen, List.of(), Optional.empty());
        }
        var run = confirm(cell.run(), true, evidence);
        if (run.counted() >= needed(evidence)) {
            return cell.with(seen, List.of(), Optional.empty());
        }
        var kept =
                new Cell.Listing(listing.findings(), listing.since(), listing.first(), evidence.at(), listing.text());
        return cell.with(kept, findings, Optional.of(run));
    }

    private static boolean isHeavier(Cell.Listing claimed, Cell.Listing known) {
        return claimed.weight() > known.weight() || (claimed.isConfigFault(0) && !known.isConfigFault(0));
    }

    private Cell listedAgain(Cell cell, Evidence evidence) {
        var listing = cell.listing().orElseThrow();
        var back = cell.with(CellState.LISTED, listing.since(), cell.listing(), Optional.empty());
        return stillListed(back, evidence);
    }

    private Cell negative(Cell cell, Evidence evidence) {
        return switch (cell.state()) {
            case NONE, CLEAN -> clean(cell, cell.state() == CellState.CLEAN ? cell.since() : evidence.at());
            case SUSPECT -> doubted(cell, evidence);
            case LISTED, CLEARING -> clearing(cell, evidence);
        };
    }

    private static Cell clean(Cell cell, Moment since) {
        return cell.with(CellState.CLEAN, since, Optional.empty(), Optional.empty());
    }

    /** One "no" against a "yes" may be a server that lags behind: it takes two. */
    private Cell doubted(Cell cell, Evidence evidence) {
        var run = confirm(cell.run(), false, evidence);
        return run.counted() >= 2
                ? clean(cell, evidence.at())
                : cell.with(CellState.SUSPECT, cell.since(), cell.listing(), Optional.of(run));
    }

    private Cell clearing(Cell cell, Evidence evidence) {
        var at = evidence.at();
        var listing = cell.listing().orElseThrow();
        var run = count(cell.state() == CellState.CLEARING ? cell.run() : Optional.empty(), false, evidence);
        boolean enough = run.counted() >= settings.cleanConfirmations()
                && at.since(run.first()).compareTo(span(cell)) >= 0
                && at.since(listing.since()).compareTo(settings.minListed()) >= 0;
        if (enough) {
            return clean(cell, at);
        }
        var since = cell.state() == CellState.CLEARING ? cell.since() : at;
        return cell.with(CellState.CLEARING, since, cell.listing(), Optional.of(run));
    }

    private Duration span(Cell cell) {
        var twice = cell.last().positiveTtl().multipliedBy(2);
        var ceiling = settings.intervalMax().multipliedBy(2);
        var bounded = twice.compareTo(ceiling) > 0 ? ceiling : twice;
        return bounded.compareTo(settings.cleanOver()) > 0 ? bounded : settings.cleanOver();
    }

    /** Counts an answer that another server gave, or the only one, and after the gap; others leave the run as it is. */
    private Cell.Run confirm(Optional<Cell.Run> before, boolean positive, Evidence evidence) {
        var run = before.filter(each -> each.positive() == positive);
        boolean independent = evidence.alone()
                || run.map(each -> !each.server().equals(evidence.query().server()))
                        .orElse(true);
        return independent ? count(run, positive, evidence) : run.orElseThrow();
    }

    private Cell.Run count(Optional<Cell.Run> before, boolean positive, Evidence evidence) {
        var at = evidence.at();
        var server = evidence.query().server();
        if (before.isEmpty()) {
            return new Cell.Run(positive, 1, at, at, server);
        }
        var run = before.get();
        boolean apart = at.since(run.latest()).compareTo(settings.confirmGap()) >= 0;
        return apart ? new Cell.Run(positive, run.counted() + 1, run.first(), at, server) : run;
    }

    private int needed(Evidence evidence) {
        return evidence.held() ? 2 * settings.confirmations() : settings.confirmations();
    }

    private boolean isCited(Cell cell, Moment at) {
        return cell.cited()
                .map(cited -> at.since(cited).compareTo(settings.citedWithin()) <= 0)
                .orElse(false);
    }

    /** A receiver's reply cites the list: with a positive answer shortly before, that makes a listing. */
    Cell cited(Cell cell, boolean held, Moment at) {
        var cited = cell.citedAt(at);
        var seen = cell.listing().map(Cell.Listing::seen);
        boolean fresh = cell.run().filter(Cell.Run::positive).isPresent()
                && seen.map(last -> at.since(last).compareTo(settings.citedWithin()) <= 0)
                        .orElse(false);
        if (held || cell.state() != CellState.SUSPECT || !fresh) {
            return cited;
        }
        var claimed = cell.listing().orElseThrow();
        var listing = new Cell.Listing(claimed.findings(), at, claimed.first(), claimed.seen(), claimed.text());
        return cited.with(CellState.LISTED, at, Optional.of(listing), Optional.empty());
    }

    /** What the cell shows over its state. */
    Overlay overlay(Cell cell, Overlay hindrance, Moment now) {
        return isMuted(cell, now) ? Overlay.MUTED : unmuted(cell, hindrance, now);
    }

    private Overlay unmuted(Cell cell, Overlay hindrance, Moment now) {
        if (hindrance == Overlay.DEAD || hindrance == Overlay.BROKEN) {
            return hindrance;
        }
        // Its own last answer says more than that the controls have had no answer either.
        var own = cell.last().overlay();
        if (own != Overlay.NONE) {
            return own;
        }
        if (cell.last().checked().isEmpty()) {
            return Overlay.UNKNOWN;
        }
        if (hindrance != Overlay.NONE) {
            return hindrance;
        }
        return cell.recalled() || cell.state() == CellState.NONE || isOutdated(cell, now)
                ? Overlay.UNKNOWN
                : Overlay.NONE;
    }

    /** Whether the list is known to name it now: not only when it last answered, long ago. */
    boolean isNamed(Cell cell, Moment now) {
        return cell.state() == CellState.LISTED && !isOutdated(cell, now);
    }

    static boolean isMuted(Cell cell, Moment now) {
        return cell.mute().filter(mute -> now.wall().isBefore(mute.until())).isPresent();
    }

    private boolean isOutdated(Cell cell, Moment now) {
        return cell.last()
                .verified()
                .map(at -> now.since(at).compareTo(outdatedAfter) > 0)
                .orElse(true);
    }

    /** The part of a listing's weight that still counts: knowledge that nothing renews fades. */
    double trust(Cell cell, Moment now) {
        if (!cell.state().isListed() || isMuted(cell, now)) {
            return 0;
        }
        var age = now.since(cell.last().verified().orElse(cell.since()));
        if (age.compareTo(settings.ageing().staleNone()) > 0) {
            return 0;
        }
        return age.compareTo(settings.ageing().staleHalf()) > 0 ? 0.5 : 1;
    }
}
