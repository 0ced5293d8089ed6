package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What happened and what changed, until somebody takes it to write it down. One thread. */
final class Journal {
    private final List<HistoryEvent> events = new ArrayList<>();
    private final Set<CellSlot> changed = new LinkedHashSet<>();
    private final Set<NameSlot> changedNames = new LinkedHashSet<>();
    private final Map<String, ListState> listStates = new HashMap<>();

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
            var change = new Change(before.state().name(), after.state().name(), why);
            var ip = after.source().address().toString();
            add(HistoryEvent.now(now.wall(), Kind.ADDRESS, ip, after.source().name(), change));
        }
    }

    /** An answer of a cell was judged, or something else was said of it. */
    void cell(CellSlot slot, Cell before, Moment now) {
        changed.add(slot);
        var after = slot.cell();
        if (after.state() != before.state()) {
            var cause = after.state().isListed() || after.state() == CellState.SUSPECT
                    ? AddressSlot.name(slot)
                    : slot.list().list().name();
            var change = new Change(before.state().name(), after.state().name(), cause);
            add(HistoryEvent.now(
                    now.wall(),
                    Kind.CELL,
                    slot.address().toString(),
                    slot.list().list().id(),
                    change));
        }
    }

    /** To be called whenever it may differ. */
    void list(ListSlot list, Moment now) {
        var id = list.list().id();
        var state = list.state(now);
        var before = Objects.requireNonNullElse(listStates.put(id, state), ListState.UNKNOWN);
        if (before != state) {
            var cause = list.list().name() + ": " + ControlKind.inWords(list.controls(now));
            add(HistoryEvent.now(now.wall(), Kind.LIST, id, "-", new Change(before.name(), state.name(), cause)));
        }
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
