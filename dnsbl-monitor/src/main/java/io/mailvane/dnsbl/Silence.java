package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
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
    private final Map<ListSlot, Hearing> lists = new LinkedHashMap<>();
    private final Duration fresh;
    /** Since when nothing answers; empty: something does. */
    private Optional<Moment> out;

    /** Whose matter it is what is heard of a list, or that nothing is. */
    private enum Matter {
        /** The list's own. */
        ITS_OWN,
        /** It says nothing, and nothing else was heard since. */
        OPEN,
        /** It said nothing as all did: its next test shows it. */
        UNTESTED
    }

    /** What is heard of a list. */
    private static final class Hearing {
        private int cells;
        /** Those that told nothing since the list last answered about one. */
        private final Set<CellSlot> silent = new LinkedHashSet<>();

        private Matter matter = Matter.ITS_OWN;

        private boolean isMostlySilent() {
            return silent.size() >= Math.min(MANY, cells);
        }
    }

    /**
     * @param fresh how long ago a list may have been tested that is not to be tested again for it
     * @param out since when nothing has answered, if that was told before a restart
     */
    Silence(
            Journal journal,
            Collection<ListSlot> lists,
            Collection<CellSlot> cells,
            Duration fresh,
            Optional<Moment> out) {
        this.journal = journal;
        this.fresh = fresh;
        this.out = out;
        lists.forEach(list -> this.lists.put(list, new Hearing()));
        cells.forEach(cell -> of(cell.list()).cells++);
    }

    private Hearing of(ListSlot list) {
        var hearing = lists.get(list);
        if (hearing == null) {
            throw new IllegalStateException("every list is listened to");
        }
        return hearing;
    }

    /** Whether nothing is to be told of a list's state yet: it may be the matter of all. */
    boolean isOpen(ListSlot list) {
        return lists.size() > 1 && (out.isPresent() || of(list).matter != Matter.ITS_OWN);
    }

    /** After an answer of a cell was judged. */
    void heard(CellSlot slot, Moment now) {
        var list = slot.list();
        var own = slot.cell().last().overlay();
        if (own == Overlay.UNKNOWN) {
            silent(list, slot.cell().last().answer().map(Answer::reason).orElse(""), now);
        } else {
            somethingAnswers(now);
        }
        if (list.hindrance(now) != Overlay.NONE) {
            return;
        }
        if (own == Overlay.NONE) {
            tellOfCells(list, now);
            journal.hidden(slot, Overlay.NONE, now);
            return;
        }
        of(list).silent.add(slot);
        if (of(list).isMostlySilent() && list.state(now) == ListState.OK) {
            list.testNow(now);
        }
    }

    /**
     * After a list was tested.
     *
     * @param before its state until then: cells that are silent while it works are their own matter
     */
    void tested(ListSlot list, ListHealth.Round round, ListState before, Moment now) {
        if (round.overlay() == Overlay.UNKNOWN) {
            of(list).matter = Matter.OPEN;
            silent(list, round.reason(), now);
        } else {
            of(list).matter = Matter.ITS_OWN;
            somethingAnswers(now);
        }
        if (before != ListState.OK) {
            of(list).silent.clear();
        }
        if (round.overlay() == Overlay.NONE) {
            tellOfCells(list, now);
        }
    }

    /** The list answered about another one. */
    private void tellOfCells(ListSlot list, Moment now) {
        var cells = of(list).silent;
        if (list.state(now) == ListState.OK) {
            cells.forEach(cell -> journal.hidden(cell, cell.cell().last().overlay(), now));
        }
        cells.clear();
    }

    private void silent(ListSlot list, String reason, Moment now) {
        if (of(list).matter == Matter.ITS_OWN) {
            of(list).matter = Matter.OPEN;
        }
        long open = lists.values().stream()
                .filter(each -> each.matter == Matter.OPEN)
                .count();
        if (out.isPresent() || lists.size() == 1) {
            return;
        }
        if (open == lists.size()) {
            out = Optional.of(now);
            journal.allLists(
                    ListState.UNKNOWN, "no list answers, nor does any server that is asked for them: " + reason, now);
        } else if (open >= Math.max(2, (lists.size() + 1) / 2)) {
            testOthers(now);
        }
    }

    /** Half of them say nothing: whether the others do must not wait for their turn. */
    private void testOthers(Moment now) {
        lists.forEach((list, hearing) -> {
            if (hearing.matter != Matter.OPEN && !list.health().isFresh(now, fresh)) {
                list.testNow(now);
            }
        });
    }

    /** Who refuses to answer is heard all the same: those that say nothing are silent by themselves, unless all were. */
    private void somethingAnswers(Moment now) {
        if (out.isPresent()) {
            var span = Text.span(now.since(out.get()));
            out = Optional.empty();
            lists.forEach((list, hearing) -> await(list, hearing, now));
            journal.allLists(ListState.OK, "lists answer again, after " + span, now);
        } else {
            lists.values().stream()
                    .filter(each -> each.matter == Matter.OPEN)
                    .forEach(each -> each.matter = Matter.ITS_OWN);
        }
    }

    private static void await(ListSlot list, Hearing hearing, Moment now) {
        hearing.silent.clear();
        if (hearing.matter == Matter.OPEN) {
            hearing.matter = Matter.UNTESTED;
            list.testNow(now);
        }
    }
}
