package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whose matter it is that answers tell nothing, so that an outage is told once: of one cell, while its list answers about others;
 * of a list, while other lists answer; of all of them, while none does. Whose it is shows when something else answers, and until then
 * nothing is told. One thread.
 */
final class Silence {
    /** So many cells of a list without an answer between, or all it has, and the list is tested. */
    private static final int MANY = 3;

    private final Journal journal;
    private final Set<ListSlot> lists;
    private final Duration fresh;
    private final Map<ListSlot, Integer> sizes = new HashMap<>();
    /** The cells, by list, that told nothing since the list last answered about one. */
    private final Map<ListSlot, Set<CellSlot>> silent = new HashMap<>();
    /** The lists of which nothing came since anything came at all. */
    private final Set<ListSlot> unheard = new HashSet<>();
    /** The lists that were silent as all were: what they are is not known before their next test. */
    private final Set<ListSlot> returning = new HashSet<>();

    private Optional<Moment> out = Optional.empty();
    private String told = "-";

    /** @param fresh how long ago a list may have been tested that is not to be tested again for it */
    Silence(Journal journal, Collection<ListSlot> lists, Collection<CellSlot> cells, Duration fresh) {
        this.journal = journal;
        this.lists = Set.copyOf(lists);
        this.fresh = fresh;
        cells.forEach(cell -> sizes.merge(cell.list(), 1, Integer::sum));
    }

    /** Whether nothing is to be told of a list's state yet: it may be the matter of all. */
    boolean isOpen(ListSlot list) {
        return lists.size() > 1 && (out.isPresent() || unheard.contains(list) || returning.contains(list));
    }

    /** After an answer of a cell was judged. */
    void heard(CellSlot slot, Moment now) {
        var list = slot.list();
        var own = slot.cell().last().overlay();
        heard(list, own, slot.cell().last().answer().map(Answer::reason).orElse(""), now);
        if (list.hindrance(now) != Overlay.NONE) {
            return;
        }
        if (own == Overlay.NONE) {
            tellOfCells(list, now);
            journal.hidden(slot, Overlay.NONE, now);
            return;
        }
        var cells = silent.computeIfAbsent(list, _ -> new LinkedHashSet<>());
        cells.add(slot);
        if (cells.size() >= Math.min(MANY, sizes.getOrDefault(list, 1)) && list.state(now) == ListState.OK) {
            list.testNow(now);
        }
    }

    /**
     * After a list was tested.
     *
     * @param before its state until then: cells that are silent while it works are their own matter
     */
    void tested(ListSlot list, ListHealth.Round round, ListState before, Moment now) {
        returning.remove(list);
        heard(list, round.overlay(), round.reason(), now);
        if (before != ListState.OK) {
            silent.remove(list);
        }
        if (round.overlay() == Overlay.NONE) {
            tellOfCells(list, now);
        }
    }

    /** The list answered about another one. */
    private void tellOfCells(ListSlot list, Moment now) {
        var cells = Optional.ofNullable(silent.remove(list)).orElse(Set.of());
        if (list.state(now) == ListState.OK) {
            cells.forEach(cell -> journal.hidden(cell, cell.cell().last().overlay(), now));
        }
    }

    /** Who refuses to answer is heard all the same. */
    private void heard(ListSlot list, Overlay overlay, String reason, Moment now) {
        if (overlay != Overlay.UNKNOWN) {
            out.ifPresent(since -> end(since, now));
            unheard.clear();
            return;
        }
        unheard.add(list);
        if (out.isPresent() || lists.size() == 1) {
            return;
        }
        if (unheard.size() == lists.size()) {
            out = Optional.of(now);
            turned("UNKNOWN", "no list answers, nor does any server that is asked for them: " + reason, now);
        } else if (unheard.size() >= Math.max(2, (lists.size() + 1) / 2)) {
            testOthers(now);
        }
    }

    /** Half of them say nothing: whether the others do must not wait for their turn. */
    private void testOthers(Moment now) {
        lists.stream()
                .filter(list -> !unheard.contains(list) && !list.health().isFresh(now, fresh))
                .forEach(list -> list.testNow(now));
    }

    private void end(Moment since, Moment now) {
        out = Optional.empty();
        silent.clear();
        returning.addAll(unheard);
        returning.forEach(list -> list.testNow(now));
        turned("OK", "lists answer again, after " + Text.span(now.since(since)), now);
    }

    private void turned(String to, String cause, Moment now) {
        var change = new Change(told, to, cause);
        told = to;
        journal.add(HistoryEvent.now(now.wall(), Kind.LIST, HistoryEvent.ALL_LISTS, "-", change));
    }
}
