package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Says what is to be asked when, within what each operator may be asked. One thread. */
final class Agenda {
    private static final int CONTROLS = 3;

    private final AskingSettings settings;
    private final List<ListSlot> lists;
    private final List<CellSlot> cells;
    private final Predicate<IpAddress> asked;
    private final RandomGenerator random;
    private final Map<String, OperatorBudget> budgets = new HashMap<>();
    private int inFlight;

    /**
     * @param asked whether an address is asked for at all
     * @param used what operators were asked before a restart, by group
     */
    Agenda(
            AskingSettings settings,
            Collection<ListSlot> lists,
            Collection<CellSlot> cells,
            Predicate<IpAddress> asked,
            Map<String, OperatorBudget.Use> used,
            RandomGenerator random,
            Moment now) {
        this.settings = settings;
        this.lists = List.copyOf(lists);
        this.cells = List.copyOf(cells);
        this.asked = asked;
        this.random = random;
        for (var list : lists) {
            var group = list.list().group();
            budgets.computeIfAbsent(
                    group,
                    each -> new OperatorBudget(
                            settings.budget(), used.getOrDefault(group, OperatorBudget.Use.NONE), now));
        }
    }

    /**
     * Something that is due.
     *
     * @param wanted whether it is asked for at all; found out only where there is room, for there are thousands
     */
    private record Due(
            boolean urgent, Moment since, ListSlot list, int questions, BooleanSupplier wanted, Supplier<Ask> ask) {
        static final Comparator<Due> MOST_URGENT_FIRST = Comparator.comparing((Due due) -> !due.urgent())
                .thenComparing(Due::since, (one, other) -> one.isBefore(other) ? -1 : other.isBefore(one) ? 1 : 0);
    }

    /** Takes what is to be asked now: where there is not room for all, first what is urgent, then what has waited longest. */
    List<Ask> due(Moment now) {
        var due = new ArrayList<Due>();
        for (var list : lists) {
            if (list.isDue(now)) {
                var since = list.next().orElse(now);
                due.add(new Due(list.isAwaited(now), since, list, CONTROLS, () -> isAnyAsked(list), () -> test(list)));
            }
        }
        for (var cell : cells) {
            if (cell.isDue(now)) {
                var since = cell.next().orElse(now);
                due.add(new Due(cell.isAwaited(), since, cell.list(), 1, () -> asked.test(cell.address()), cell::ask));
            }
        }
        due.sort(Due.MOST_URGENT_FIRST);
        var asks = new ArrayList<Ask>();
        for (var each : due) {
            if (inFlight < settings.inFlight()
                    && budget(each.list()).has(each.questions(), now)
                    && each.wanted().getAsBoolean()
                    && budget(each.list()).take(each.questions(), now)) {
                inFlight++;
                asks.add(each.ask().get());
            }
        }
        return asks;
    }

    private Ask test(ListSlot list) {
        return list.ask(IpAddress.v4(127L << 24 | 64 << 16 | random.nextInt(1 << 22)));
    }

    private boolean isAnyAsked(ListSlot list) {
        return cells.stream().anyMatch(cell -> cell.list() == list && asked.test(cell.address()));
    }

    private OperatorBudget budget(ListSlot list) {
        var budget = budgets.get(list.list().group());
        if (budget == null) {
            throw new IllegalStateException("every group has a budget");
        }
        return budget;
    }

    /** When {@link #due} may have something again. */
    Moment nextDue(Moment now, Duration atMost) {
        var next = now.plus(atMost);
        for (var list : lists) {
            if (list.isNextBefore(next) && isAnyAsked(list)) {
                next = earlier(next, list.next().orElse(next), list, now);
            }
        }
        for (var cell : cells) {
            if (cell.isNextBefore(next) && asked.test(cell.address())) {
                next = earlier(next, cell.next().orElse(next), cell.list(), now);
            }
        }
        return next;
    }

    private Moment earlier(Moment next, Moment at, ListSlot list, Moment now) {
        // What is due and was not taken waits for its operator's budget.
        var free = now.isBefore(at) ? at : now.plus(budget(list).pause(now));
        return free.isBefore(next) ? free : next;
    }

    /**
     * An answer came.
     *
     * @param questions that were sent for it
     */
    void heard(ListSlot list, int questions, Moment now) {
        done(list, questions - 1, now);
    }

    /**
     * A test of a list has ended.
     *
     * @param questions that were sent for it
     */
    void tested(ListSlot list, int questions, Moment now) {
        done(list, questions - CONTROLS, now);
    }

    private void done(ListSlot list, int more, Moment now) {
        inFlight--;
        budget(list).done(more, now);
    }

    /** Questions in the last 24 hours to the list's operator. */
    int today(ListSlot list, Moment now) {
        return budget(list).today(now);
    }

    /** What each operator was asked, by group. */
    Map<String, OperatorBudget.Use> used(Moment now) {
        var used = new HashMap<String, OperatorBudget.Use>();
        budgets.forEach((group, budget) -> used.put(group, budget.use(now)));
        return used;
    }
}
