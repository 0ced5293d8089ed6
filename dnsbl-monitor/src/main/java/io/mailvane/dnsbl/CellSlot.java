package io.mailvane.dnsbl;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A cell as it is watched: when it is asked again, and whether it is being asked. One thread. */
final class CellSlot {
    private final IpAddress address;
    private final ListSlot list;
    private Cell cell;
    private String told;
    private Moment next;
    private boolean out;
    /** A person wants it asked, and it was not answered yet. */
    private boolean wished;

    private Optional<Moment> granted = Optional.empty();
    private Optional<Drawn> drawn = Optional.empty();

    /** All that what is shown of it is made of. */
    record Look(
            Cell cell,
            Optional<Moment> next,
            Overlay overlay,
            double trust,
            Map<ControlKind, String> controls,
            Optional<Moment> granted) {}

    private record Drawn(Look look, Reputation.CellView view) {}

    CellSlot(IpAddress address, ListSlot list, Cell cell, Moment now) {
        this.address = address;
        this.list = list;
        this.cell = cell;
        this.told = cell.state().name();
        this.next = now;
    }

    IpAddress address() {
        return address;
    }

    ListSlot list() {
        return list;
    }

    Cell cell() {
        return cell;
    }

    /** How the history knows it: its state, or what hides that. */
    String told() {
        return told;
    }

    void tell(String now) {
        told = now;
    }

    /** An answer came, or an answer that waited was judged. */
    void become(Cell after, Moment again, Moment now) {
        cell = after;
        next = again;
        out = false;
        granted = wished ? Optional.of(now) : granted;
        wished = false;
    }

    /** Something else was said of it. */
    void become(Cell after) {
        cell = after;
    }

    boolean isDue(Moment now) {
        return !out && list.isTested() && !now.isBefore(next);
    }

    /** When it is asked again; empty while it is, or while its list has not been tested. */
    Optional<Moment> next() {
        return out || !list.isTested() ? Optional.empty() : Optional.of(next);
    }

    /** Whether somebody waits for its answer, or something that is not confirmed. */
    boolean isAwaited() {
        return wished || cell.run().isPresent();
    }

    boolean isNextBefore(Moment moment) {
        return !out && next.isBefore(moment) && list.isTested();
    }

    Ask.OfCell ask() {
        out = true;
        boolean confirms = cell.run().isPresent();
        var avoid = cell.run().map(Cell.Run::server);
        boolean wantsText = cell.last()
                .answer()
                .map(answer -> answer.text().isEmpty() || confirms)
                .orElse(true);
        return new Ask.OfCell(address, list.list(), list.mode(), avoid, wantsText);
    }

    void askNow(Moment now) {
        next = now;
    }

    /** As {@link #askNow}, for a person who waits for what comes of it. */
    void wish(Moment now) {
        wished = true;
        askNow(now);
    }

    /** When what a person wanted to know last was answered; empty: nobody did. */
    Optional<Moment> granted() {
        return granted;
    }

    /** What is shown of it: drawn anew only if it looks otherwise than last time, for there are thousands. */
    Reputation.CellView view(Look look, Function<Look, Reputation.CellView> draw) {
        var known = drawn.filter(each -> each.look().equals(look));
        if (known.isEmpty()) {
            drawn = Optional.of(new Drawn(look, draw.apply(look)));
        }
        return known.or(() -> drawn).orElseThrow().view();
    }
}
