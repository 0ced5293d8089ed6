package io.mailvane.dnsbl;

import java.util.stream.Collectors;

/** Why a cell or a list is otherwise than it was, as the history tells it: what was answered, and what that makes of it. */
final class Cause {
    private Cause() {}

    /** Of another state. */
    static String of(CellSlot slot, Cell before) {
        var cell = slot.cell();
        return switch (cell.state()) {
            case NONE -> "nothing is known";
            case SUSPECT -> said(cell) + "; that waits for its confirmation" + words(cell);
            case LISTED -> said(cell) + confirmed(cell, before) + words(cell);
            case CLEARING -> "not listed any more; that waits for its confirmation";
            case CLEAN -> "not listed" + repeated(before);
        };
    }

    private static String said(Cell cell) {
        return cell.listing().stream()
                .flatMap(listing -> listing.findings().stream())
                .map(finding -> finding.code() + " " + finding.meaning())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private static String confirmed(Cell cell, Cell before) {
        if (before.state() == CellState.CLEARING) {
            return "; again";
        }
        boolean cited =
                cell.cited().isPresent() && before.run().map(Cell.Run::counted).orElse(0) < 2;
        var server = cell.last().query().server();
        return cited ? "; a receiver's reply cites the list" : "; confirmed by " + server;
    }

    private static String words(Cell cell) {
        var text = cell.listing().map(Cell.Listing::text).orElse("");
        return text.isEmpty() ? "" : ": \"" + text + "\"";
    }

    private static String repeated(Cell before) {
        int times = before.run()
                        .filter(run -> !run.positive())
                        .map(Cell.Run::counted)
                        .orElse(0)
                + 1;
        return times == 1 ? "" : ", as " + times + " answers say";
    }

    /** Of what hides the state of one cell now, or does no more. */
    static String of(CellSlot slot, Overlay overlay) {
        return switch (overlay) {
            case NONE, MUTED -> "it answers again: " + (said(slot.cell()).isEmpty() ? "not listed" : said(slot.cell()));
            case UNKNOWN, REFUSED, BLIND, BROKEN, DEAD -> reason(slot.cell());
        };
    }

    private static String reason(Cell cell) {
        return cell.last()
                .answer()
                .map(Answer::reason)
                .filter(reason -> !reason.isEmpty())
                .orElse("no answer has counted for long");
    }

    /** Of a list's state. */
    static String of(ListSlot list, Moment now) {
        var health = list.health();
        return switch (list.state(now)) {
            case OK, BLIND, LIST_BROKEN -> ControlKind.inWords(list.controls(now));
            case REFUSED -> "refuses to answer about its test entries: " + health.reason();
            case UNKNOWN ->
                health.reason().isEmpty()
                        ? ControlKind.inWords(list.controls(now))
                        : "does not answer about its test entries: " + health.reason();
            case LIST_DEAD ->
                "has not worked for "
                        + Text.span(health.ailing().map(now::since).orElseThrow());
        };
    }
}
