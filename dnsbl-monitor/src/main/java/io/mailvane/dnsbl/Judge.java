package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceProbe;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Knows all cells and lists; says what is to be asked when, and what the answers make of them and of the addresses. It does no I/O and
 * reads no clock: a day is judged as fast as it is told. One thread.
 *
 * <p>An answer that would change a cell's state waits until its list has just been tested: a list that went wrong is
 * found out before it changes anything. So does the first one after long silence, which would count for nothing.
 */
final class Judge {
    private final DnsblSettings settings;
    private final CellRules cellRules;
    private final AddressRules addressRules;
    private final CorrelationGuard guard;
    private final CorrelationGuard.Extent extent;
    private final Agenda agenda;
    private final Pace pace;
    private final RandomGenerator random;
    private final Map<String, ListSlot> lists = new LinkedHashMap<>();
    /** By address and list, as {@link #key}. */
    private final Map<String, CellSlot> cells = new LinkedHashMap<>();

    private final Journal journal = new Journal();
    private final AddressJudge addresses;
    private final Silence silence;
    private final Lessons lessons;

    /**
     * What was written down before a restart.
     *
     * @param cells by address and list, as {@link #key}
     * @param addresses by source
     * @param formerNames by which sources were taken out that have other names now, by source
     * @param names by source
     * @param used what operators were asked, by group
     * @param learned of receivers
     * @param told the last event of each cell and each list
     */
    record Memory(
            Map<String, Cell> cells,
            Map<String, Address> addresses,
            Map<String, String> formerNames,
            Map<String, Map<NameFinding.Kind, NameStanding>> names,
            Map<String, OperatorBudget.Use> used,
            Map<Learned.About, Learned> learned,
            List<HistoryEvent> told) {
        static final Memory EMPTY = new Memory(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of());

        /** Since when nothing had answered. */
        private Optional<Moment> out(Moment now) {
            return told.stream()
                    .filter(event -> event.kind() == Kind.LIST
                            && event.subject().equals(HistoryEvent.ALL_LISTS)
                            && event.to().equals(ListState.UNKNOWN.name()))
                    .map(event -> now.recalled(event.at()))
                    .findFirst();
        }
    }

    Judge(
            DnsblSettings settings,
            List<DnsblList> asked,
            Memory memory,
            RandomGenerator random,
            BooleanSupplier otherRoute,
            Moment now) {
        this.settings = settings;
        this.cellRules = new CellRules(settings.judging());
        this.addressRules =
                new AddressRules(settings.routing(), settings.judging().minListed());
        this.guard = new CorrelationGuard(settings.guard());
        this.pace = new Pace(settings.judging(), settings.routing()::counts, random);
        this.random = random;
        this.addresses = new AddressJudge(cellRules, addressRules, otherRoute, journal, now);
        asked.stream()
                .sorted(Comparator.comparingDouble(DnsblList::weight).reversed())
                .forEach(list -> watch(list, now));
        settings.sources().forEach(source -> watch(source, memory, now));
        this.agenda = new Agenda(
                settings.asking(), lists.values(), cells.values(), addresses::isAsked, memory.used(), random, now);
        this.extent = extent();
        memory.told().forEach(this::recall);
        this.silence = new Silence(
                journal, lists.values(), cells.values(), settings.judging().confirmGap(), memory.out(now));
        this.lessons = new Lessons(settings, lists.values(), journal, now);
        lessons.recall(memory.learned(), now);
        // Before anybody asks: what was known before a restart weighs from the first message on.
        addresses.judgeLastKnown(now);
    }

    private void recall(HistoryEvent event) {
        switch (event.kind()) {
            case LIST -> journal.recall(event);
            case CELL -> slot(event.subject(), event.object()).ifPresent(cell -> cell.tell(event.to()));
            case ADDRESS, AFFINITY, REPLY, ROUTE, OPERATOR -> {
                // They are told as they come.
            }
        }
    }

    static String key(IpAddress address, DnsblList list) {
        return key(address.toString(), list.id());
    }

    private static String key(String ip, String list) {
        return ip + " " + list;
    }

    private void watch(DnsblList list, Moment now) {
        var deadAfter = settings.judging().ageing().listDeadAfter();
        lists.put(list.id(), new ListSlot(list, settings.asking(), deadAfter, now));
    }

    private void watch(Source source, Memory memory, Moment now) {
        var address = source.address();
        var own = cells.values().stream()
                .filter(slot -> slot.address().equals(address))
                .toList();
        if (own.isEmpty()) {
            own = lists.values().stream()
                    .filter(list -> list.list().zones().containsKey(address.family()))
                    .map(list -> slot(address, list, memory, now))
                    .toList();
            own.forEach(slot -> cells.put(key(address, slot.list().list()), slot));
        }
        var known = memory.addresses().getOrDefault(source.name(), Address.unknown(source, now));
        var names = new NameSlot(
                source,
                settings.judging().confirmGap(),
                settings.asking().controlInterval(),
                memory.names().getOrDefault(source.name(), Map.of()),
                now);
        var slot = new AddressSlot(known, own, names, settings.routing());
        addresses.watch(slot);
        Optional.ofNullable(memory.formerNames().get(source.name()))
                .ifPresent(former -> journal.renamed(slot, former, now));
    }

    private static CellSlot slot(IpAddress address, ListSlot list, Memory memory, Moment now) {
        var cell = memory.cells().getOrDefault(key(address, list.list()), Cell.unknown(now));
        return new CellSlot(address, list, cell, now);
    }

    /** Lets time pass, judges the addresses anew, and takes what is to be asked now, within the budgets. */
    List<Ask> due(Moment now) {
        addresses.judgeWhatMayDiffer(now);
        lists.values().forEach(list -> note(list, now));
        return agenda.due(now);
    }

    /** Before its first test it is what it was before a restart. */
    private void note(ListSlot list, Moment now) {
        if (list.isTested() && !silence.isOpen(list)) {
            journal.list(list, now);
        }
    }

    /** The sources of which the names are to be looked up now. */
    List<Source> dueNames(Moment now) {
        return addresses.dueNames(now);
    }

    /** What a look at a source's names gave. */
    void named(Source source, Map<NameFinding.Kind, NameFinding> findings, Moment now) {
        addresses.named(source, findings, random, now);
    }

    /** When {@link #due} may have something again. */
    Moment nextDue(Moment now, Duration atMost) {
        return addresses.nextEnd(addresses.nextNames(lessons.next(agenda.nextDue(now, atMost))), now);
    }

    void heard(Ask.OfCell ask, Ask.Heard heard, Moment now) {
        var slot = slot(ask.address().toString(), ask.list().id()).orElseThrow();
        agenda.heard(slot.list(), heard.questions(), now);
        judge(slot, heard, Optional.empty(), now);
    }

    void tested(Ask.OfControls ask, Ask.Tested tested, Moment now) {
        var list = listOf(ask.list().id());
        agenda.tested(list, tested.questions(), now);
        var interval = settings.asking().controlInterval().toMillis();
        var jittered = Duration.ofMillis((long) (interval * (0.9 + 0.1 * random.nextDouble())));
        boolean answered = tested.round().overlay() == Overlay.NONE;
        cells.values().stream()
                .filter(slot -> slot.list() == list)
                .map(CellSlot::address)
                .forEach(addresses::heardOf);
        var before = list.state(now);
        var waited = list.tested(tested, jittered, now);
        silence.tested(list, tested.round(), before, now);
        for (var waiting : waited) {
            judge(waiting.cell(), waiting.heard(), Optional.of(answered), now);
        }
        if (before != ListState.OK && list.state(now) == ListState.OK) {
            askAnew(list, now);
        }
        note(list, now);
    }

    /** The list works again: the cells that had no answer need not wait out how long they were not to ask. */
    private void askAnew(ListSlot list, Moment now) {
        cells.values().stream()
                .filter(slot -> slot.list() == list && slot.cell().last().overlay() == Overlay.UNKNOWN)
                .forEach(slot -> slot.askNow(now));
    }

    private ListSlot listOf(String id) {
        var list = lists.get(id);
        if (list == null) {
            throw new IllegalStateException("no list is " + id);
        }
        return list;
    }

    /** @param tested whether the list has just answered its test; empty: it was not tested for this answer */
    private void judge(CellSlot slot, Ask.Heard heard, Optional<Boolean> tested, Moment now) {
        var list = slot.list();
        var before = slot.cell();
        boolean silent = tested.isPresent() && !tested.get();
        var hindrance = silent ? Overlay.BLIND : list.hindrance(now);
        boolean positive = heard.answer().kind() == AnswerClass.POSITIVE;
        if (tested.isEmpty() && hindrance == Overlay.NONE && isTurn(before, heard.answer())) {
            guard.turned(slot.address(), list.list(), positive, now);
        }
        boolean held = guard.holds(list.list(), positive, extent, now);
        var evidence = new CellRules.Evidence(heard.answer(), heard.query(), heard.alone(), hindrance, held, now);
        var after = cellRules.answered(before, evidence);
        boolean matters = after.state() != before.state()
                || heard.answer().kind() == AnswerClass.LIST_BROKEN
                || isBack(before, heard.answer(), list, now);
        if (tested.isEmpty() && matters && !isJustTested(list, now)) {
            list.await(new ListSlot.Waiting(slot, heard));
            retest(list, held, now);
            return;
        }
        slot.become(after, now.plus(silent ? settings.judging().confirmGap() : again(before, after, slot)), now);
        addresses.heardOf(slot.address());
        journal.cell(slot, before, now);
        lessons.answered(slot, now);
        silence.heard(slot, now);
    }

    /** The first answer after silence, of a list of which nobody knows by now whether it works. */
    private static boolean isBack(Cell before, Answer answer, ListSlot list, Moment now) {
        boolean wasSilent = before.last().checked().isEmpty() || before.last().overlay() == Overlay.UNKNOWN;
        return wasSilent && answer.kind() != AnswerClass.UNKNOWN && list.isStale(now);
    }

    private static void retest(ListSlot list, boolean held, Moment now) {
        if (held) {
            list.doubt(now);
        } else {
            list.testNow(now);
        }
    }

    private boolean isJustTested(ListSlot list, Moment now) {
        return list.health().isFresh(now, settings.judging().confirmGap());
    }

    private static boolean isTurn(Cell cell, Answer answer) {
        return switch (answer.kind()) {
            case POSITIVE -> cell.state() == CellState.CLEAN;
            case NEGATIVE, NEUTRAL -> cell.state() == CellState.LISTED;
            case UNKNOWN, UNMAPPED, REFUSED, LIST_BROKEN -> false;
        };
    }

    private Duration again(Cell before, Cell after, CellSlot slot) {
        double weight = slot.list().list().weight();
        boolean first = before.last().checked().isEmpty() || before.recalled();
        return first ? pace.spread(after, weight, slot.address(), slot.list().list()) : pace.next(after, weight);
    }

    private CorrelationGuard.Extent extent() {
        var networks = new HashSet<IpAddress>();
        cells.values().forEach(cell -> networks.add(cell.address().network()));
        return new CorrelationGuard.Extent(cells.size(), networks.size());
    }

    /** The sources of which it is to be told now how much receivers took: those that a list names. */
    List<String> dueCounts(Moment now) {
        if (!lessons.isDue(now)) {
            return List.of();
        }
        if (lessons.forgetOver(now)) {
            addresses.judgeAll(now);
        }
        return lessons.look(addresses.slots(), now);
    }

    /** The sources of which it is to be told now how much was taken in all. */
    List<String> dueTotals(Moment now) {
        return addresses.dueTotals(now);
    }

    /** @param total of messages of a source: it only grows */
    void took(String source, long total, Moment now) {
        addresses.took(source, total, now);
    }

    /** @param totals of messages by receiver, by source: they only grow */
    void took(Map<String, Map<ProviderId, Long>> totals, Moment now) {
        lessons.took(totals, now);
        addresses.judgeAll(now);
    }

    /** A receiver's word: it is written down, and the list that it cites is asked; it is not believed alone. */
    void evidence(ReplyEvidence reply, Moment now) {
        addresses.slot(reply.source()).ifPresent(slot -> evidence(slot, reply, now));
    }

    private void evidence(AddressSlot slot, ReplyEvidence reply, Moment now) {
        var address = slot.address().source().address();
        var change = new Change("-", reply.citedList().orElse("-"), reply.reply());
        journal.add(HistoryEvent.now(
                reply.at(), Kind.REPLY, address.toString(), reply.provider().id(), change));
        reply.citedList().flatMap(cited -> cited(slot, cited)).ifPresent(cell -> {
            var before = cell.cell();
            boolean held = guard.holds(cell.list().list(), true, extent, now);
            cell.become(cellRules.cited(before, held, now));
            cell.askNow(now);
            journal.cell(cell, before, now);
            lessons.cited(cell, reply, now);
        });
        if (slot.struck(reply.provider(), now)) {
            addresses.struck(slot, now);
        }
        addresses.judgeAll(now);
    }

    private static Optional<CellSlot> cited(AddressSlot address, String cited) {
        var name = cited.toLowerCase(Locale.ROOT);
        return address.cells().stream()
                .filter(slot -> slot.list().list().id().equals(name)
                        || slot.list().list().zones().values().stream()
                                .anyMatch(zone -> zone.apex().toString(true).equals(name)))
                .findFirst();
    }

    void recheck(String ip, String list, Moment now) {
        slot(ip, list).ifPresent(slot -> slot.wish(now));
    }

    /** @param mute empty: no longer muted; of a cell that is not, nothing happens */
    void mute(String ip, String list, Optional<Mute> mute, String who, Moment now) {
        slot(ip, list)
                .filter(slot -> mute.isPresent() || CellRules.isMuted(slot.cell(), now))
                .ifPresent(slot -> {
                    slot.become(slot.cell().muted(mute));
                    journal.touched(slot);
                    var change = mute.map(each -> new Change("-", "muted", each.who() + ": " + each.reason()))
                            .orElseGet(() -> new Change("muted", "-", who));
                    journal.add(HistoryEvent.now(now.wall(), Kind.OPERATOR, ip, list, change));
                    addresses.judgeAll(now);
                });
    }

    /** @return empty if there is no such source */
    Optional<Operated> operate(String source, OperatorOrder order, Moment now) {
        return addresses.operate(source, order, now);
    }

    /** Nothing is under way by it any more. */
    void drained(String source, Moment now) {
        addresses.drained(source, now);
    }

    /** @param why receivers know a source now */
    void warmed(String source, String why, Moment now) {
        addresses.warmed(source, why, now);
    }

    /** @param reason "" if the fault is mended */
    void configFault(String source, String kind, String reason, Moment now) {
        addresses.configFault(source, kind, reason, now);
    }

    void probed(String source, SourceProbe.Finding probe, Moment now) {
        addresses.probed(source, probe, now);
    }

    private Optional<CellSlot> slot(String ip, String list) {
        return Optional.ofNullable(cells.get(key(ip, list)));
    }

    Optional<Cell> cell(String ip, String list) {
        return slot(ip, list).map(CellSlot::cell);
    }

    Journal journal() {
        return journal;
    }

    Lessons lessons() {
        return lessons;
    }

    /** Whether an operator said something since the last call: nobody would say it again. */
    boolean takeOrdered() {
        return addresses.takeOrdered();
    }

    /** The addresses that are to be written down. */
    List<Address> takeChangedAddresses() {
        return addresses.takeChanged();
    }

    /** What each operator was asked, by group: to be written down. */
    Map<String, OperatorBudget.Use> used(Moment now) {
        return agenda.used(now);
    }

    Reputation snapshot(String notice, Moment now) {
        return new Snapshot(settings, cellRules, addressRules, now)
                .of(
                        notice,
                        addresses.slots(),
                        List.copyOf(cells.values()),
                        lists.values(),
                        lessons::receivers,
                        list -> agenda.today(list, now));
    }
}
