package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What happened and what changed, until somebody takes it to write it down. One thread. */
final class Journal {
    private final List<HistoryEvent> events = new ArrayList<>();
    private final Set<CellSlot> changed = new LinkedHashSet<>();
    private final Set<NameSlot> changedNames = new LinkedHashSet<>();
    /** What was told last of each list, and of all. */
    private final Map<String, String> lists = new HashMap<>();

    void add(HistoryEvent event) {
        events.add(event);
    }

    /** Something of a cell differs that survives a restart. */
    void touched(CellSlot slot) {
        changed.add(slot);
    }

    void touched(NameSlot names) {
        changedNames.add(names);
    }

    void address(AddressSlot slot, Address before, String why, Moment now) {
        var after = slot.address();
        if (after.state() != before.state()) {
            told(after, before, why, now);
        }
    }

    /** Receivers know it now; one that is degraded stays so, and goes on otherwise when that ends. */
    void warmed(AddressSlot slot, Address before, String why, Moment now) {
        if (!slot.address().equals(before)) {
            told(slot.address(), before, why, now);
        }
    }

    /** An operator had it out by its former name, and has still. */
    void renamed(AddressSlot slot, String former, Moment now) {
        var after = slot.address();
        var words = after.withdrawal().map(Withdrawal::words).orElseThrow();
        var how = after.state().name().toLowerCase(Locale.ROOT);
        told(after, Address.unknown(after.source(), now), how + " as " + former + " " + words, now);
    }

    private void told(Address after, Address before, String why, Moment now) {
        var change = new Change(before.state().name(), after.state().name(), why);
        var ip = after.source().address().toString();
        add(HistoryEvent.now(now.wall(), Kind.ADDRESS, ip, after.source().name(), change));
    }

    /** An operator said something new of it; it may be in the same state, for another reason or until another time. */
    void operated(AddressSlot slot, Address before, String why, Moment now) {
        var after = slot.address();
        if (after.state() == before.state() && !after.withdrawal().equals(before.withdrawal())) {
            told(after, before, why, now);
        } else {
            address(slot, before, why, now);
        }
    }

    /** An answer of a cell was judged, or something else was said of it. */
    void cell(CellSlot slot, Cell before, Moment now) {
        changed.add(slot);
        var after = slot.cell();
        if (after.state() != before.state()) {
            boolean wasHidden = !slot.told().equals(before.state().name());
            if (wasHidden && before.state() != CellState.NONE && after.last().overlay() == Overlay.NONE) {
                turned(slot, before.state().name(), "it answers again", now);
            }
            turned(slot, after.state().name(), Cause.of(slot, before), now);
        }
    }

    /**
     * Something hides a cell's state, or does no more, and that is the cell's own matter.
     *
     * @param overlay whatever the operator says of it
     */
    void hidden(CellSlot slot, Overlay overlay, Moment now) {
        var state = slot.cell().state();
        boolean nothingNew = overlay == Overlay.NONE || (overlay == Overlay.UNKNOWN && state == CellState.NONE);
        var shown = nothingNew ? state.name() : overlay.toString();
        // Before its first answer nothing has turned: it is what it was before a restart.
        if (!shown.equals(slot.told()) && slot.cell().last().checked().isPresent()) {
            turned(slot, shown, Cause.of(slot, overlay), now);
        }
    }

    private void turned(CellSlot slot, String to, String cause, Moment now) {
        var change = new Change(slot.told(), to, slot.list().list().name() + ": " + cause);
        slot.tell(to);
        var ip = slot.address().toString();
        add(HistoryEvent.now(now.wall(), Kind.CELL, ip, slot.list().list().id(), change));
    }

    /** What was told of a list before a restart: until it is another one there is nothing to tell. */
    void recall(HistoryEvent ofList) {
        lists.put(ofList.subject(), ofList.to());
    }

    /** To be called whenever it may differ. */
    void list(ListSlot list, Moment now) {
        var id = list.list().id();
        var state = list.state(now).name();
        var before = Objects.requireNonNullElse(lists.put(id, state), ListState.UNKNOWN.name());
        if (!before.equals(state)) {
            var cause = list.list().name() + ": " + Cause.of(list, now);
            add(HistoryEvent.now(now.wall(), Kind.LIST, id, "-", new Change(before, state, cause)));
        }
    }

    /** What concerns every list. */
    void allLists(ListState state, String cause, Moment now) {
        var before = Objects.requireNonNullElse(lists.put(HistoryEvent.ALL_LISTS, state.name()), "-");
        var change = new Change(before, state.name(), cause);
        add(HistoryEvent.now(now.wall(), Kind.LIST, HistoryEvent.ALL_LISTS, "-", change));
    }

    /** What happened since the last call. */
    List<HistoryEvent> takeEvents() {
        var taken = List.copyOf(events);
        events.clear();
        return taken;
    }

    /** The names that are to be written down. */
    List<NameSlot> takeChangedNames() {
        var taken = List.copyOf(changedNames);
        changedNames.clear();
        return taken;
    }

    /** The cells that are to be written down. */
    List<CellSlot> takeChanged() {
        var taken = List.copyOf(changed);
        changed.clear();
        return taken;
    }
}
