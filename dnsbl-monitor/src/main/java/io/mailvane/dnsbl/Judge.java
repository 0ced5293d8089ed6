package io.mailvane.dnsbl;

import io.mailvane.dnsbl.HistoryEvent.Change;
import io.mailvane.dnsbl.HistoryEvent.Kind;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Knows all cells, lists and addresses; says what is to be asked when, and what the answers make of them. It does no I/O and
 * reads no clock: a day is judged as fast as it is told. One thread.
 *
 * <p>An answer that would change a cell's state waits until its list has just been tested: a list that went wrong is
 * found out before it changes anything.
 */
final class Judge {
    /** How often an address is judged of which nothing was heard: time alone changes it slowly. */
    private static final Duration JUDGE_GAP = Duration.ofSeconds(1);

    private final DnsblSettings settings;
    private final CellRules cellRules;
    private final AddressRules addressRules;
    private final CorrelationGuard guard;
    private final CorrelationGuard.Extent extent;
    private final Agenda agenda;
    private final Pace pace;
    private final RandomGenerator random;
    private final BooleanSupplier otherRoute;
    private final Map<String, ListSlot> lists = new LinkedHashMap<>();
    /** By address and list, as {@link #key}. */
    private final Map<String, CellSlot> cells = new LinkedHashMap<>();

    private final Map<String, AddressSlot> addresses = new LinkedHashMap<>();
    private final Journal journal = new Journal();
    /** The addresses of which something was heard since they were judged. */
    private final Set<IpAddress> heardOf = new HashSet<>();

    private Moment allJudged;

    /**
     * What was written down before a restart.
     *
     * @param cells by address and list, as {@link #key}
     * @param addresses by source
     * @param names by source
     * @param used what operators were asked, by group
     */
    record Memory(
            Map<String, Cell> cells,
            Map<String, Address> addresses,
            Map<String, Map<NameFinding.Kind, NameStanding>> names,
            Map<String, OperatorBudget.Use> used) {
        static final Memory EMPTY = new Memory(Map.of(), Map.of(), Map.of(), Map.of());
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
        this.pace = new Pace(settings.judging(), settings.routing().scoreWatch(), random);
        this.random = random;
        this.otherRoute = otherRoute;
        this.allJudged = now;
        asked.stream()
                .sorted(Comparator.comparingDouble(DnsblList::weight).reversed())
                .forEach(list -> watch(list, now));
        settings.sources().forEach(source -> watch(source, memory, now));
        this.agenda = new Agenda(
                settings.asking(), lists.values(), cells.values(), this::isAsked, memory.used(), random, now);
        this.extent = extent();
        // Before anybody asks: what was known before a restart weighs from the first message on.
        judgeAddresses(now);
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
        addresses.put(source.name(), new AddressSlot(known, own, names, settings.routing()));
    }

    private static CellSlot slot(IpAddress address, ListSlot list, Memory memory, Moment now) {
        var cell = memory.cells().getOrDefault(key(address, list.list()), Cell.unknown(now));
        return new CellSlot(address, list, cell, now);
    }

    /** Lets time pass, judges the addresses anew, and takes what is to be asked now, within the budgets. */
    List<Ask> due(Moment now) {
        judgeWhatMayDiffer(now);
        lists.values().forEach(list -> journal.list(list, now));
        return agenda.due(now);
    }

    /** The sources of which the names are to be looked up now. */
    List<Source> dueNames(Moment now) {
        var due = addresses.values().stream()
                .filter(slot -> slot.address().state() != State.RETIRED)
                .map(AddressSlot::names)
                .filter(names -> names.isDue(now))
                .toList();
        due.forEach(NameSlot::ask);
        return due.stream().map(NameSlot::source).toList();
    }

    /** What a look at a source's names gave. */
    void named(Source source, Map<NameFinding.Kind, NameFinding> findings, Moment now) {
        var slot = addresses.get(source.name());
        if (slot != null && slot.names().found(findings, random, now)) {
            journal.touched(slot.names());
            judgeAddresses(now);
        }
    }

    private boolean isAsked(IpAddress address) {
        return addresses.values().stream()
                .map(AddressSlot::address)
                .anyMatch(each -> each.source().address().equals(address) && each.state() != State.RETIRED);
    }

    /** When {@link #due} may have something again. */
    Moment nextDue(Moment now, Duration atMost) {
        var next = agenda.nextDue(now, atMost);
        for (var slot : addresses.values()) {
            if (slot.address().state() != State.RETIRED) {
                next = slot.names().next().filter(next::isAfter).orElse(next);
            }
        }
        return next;
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
                .forEach(heardOf::add);
        for (var waiting : list.tested(tested, jittered, now)) {
            judge(waiting.cell(), waiting.heard(), Optional.of(answered), now);
        }
        journal.list(list, now);
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
        boolean matters = after.state() != before.state() || heard.answer().kind() == AnswerClass.LIST_BROKEN;
        if (tested.isEmpty() && matters && !isJustTested(list, now)) {
            list.await(new ListSlot.Waiting(slot, heard));
            retest(list, held, now);
            return;
        }
        slot.become(after, now.plus(silent ? settings.judging().confirmGap() : again(before, after, slot)));
        heardOf.add(slot.address());
        journal.cell(slot, before, now);
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

    /** A receiver's word: it is written down, and the list that it cites is asked; it is not believed alone. */
    void evidence(ReplyEvidence reply, Moment now) {
        var slot = addresses.get(reply.source());
        if (slot == null) {
            return;
        }
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
        });
        if (slot.struck(reply.provider(), now)) {
            slot.become(addressRules.struck(slot.address(), now));
        }
        judgeAddresses(now);
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
        slot(ip, list).ifPresent(slot -> slot.recheck(now));
    }

    /** @param mute empty: no longer muted */
    void mute(String ip, String list, Optional<Mute> mute, String who, Moment now) {
        slot(ip, list).ifPresent(slot -> {
            slot.become(slot.cell().muted(mute));
            journal.touched(slot);
            var change = mute.map(each -> new Change("-", "muted", each.who() + ": " + each.reason()))
                    .orElseGet(() -> new Change("muted", "-", who));
            journal.add(HistoryEvent.now(now.wall(), Kind.OPERATOR, ip, list, change));
            judgeAddresses(now);
        });
    }

    void operate(String source, Operation operation, String who, Moment now) {
        var slot = addresses.get(source);
        if (slot != null) {
            var before = slot.address();
            slot.become(addressRules.operated(before, operation, now));
            journal.address(slot, before, who + ": " + operation.name().toLowerCase(Locale.ROOT), now);
        }
    }

    /** @param reason "" if the fault is mended */
    void configFault(String source, String kind, String reason, Moment now) {
        var slot = addresses.get(source);
        if (slot != null) {
            slot.fault(kind, reason);
            judgeAddresses(now);
        }
    }

    /** Those of which something was heard; all, if that changes one, since each leans on the others, or if it is long ago. */
    private void judgeWhatMayDiffer(Moment now) {
        boolean all = now.since(allJudged).compareTo(JUDGE_GAP) >= 0;
        for (var slot : addresses.values()) {
            all |= heardOf.contains(slot.address().source().address()) && judge(slot, now);
        }
        heardOf.clear();
        if (all) {
            judgeAddresses(now);
        }
    }

    private void judgeAddresses(Moment now) {
        addresses.values().forEach(slot -> judge(slot, now));
        heardOf.clear();
        allJudged = now;
    }

    /** @return whether it stands otherwise than before */
    private boolean judge(AddressSlot slot, Moment now) {
        var before = slot.address();
        var evidence = slot.gather(cellRules, now);
        slot.become(addressRules.judged(before, evidence, hasOtherRoute(slot), now));
        journal.address(slot, before, addressRules.cause(before, slot.address(), now), now);
        return slot.address().state() != before.state();
    }

    private boolean hasOtherRoute(AddressSlot slot) {
        return otherRoute.getAsBoolean()
                || addresses.values().stream()
                        .filter(other -> other != slot)
                        .map(other -> other.address().state())
                        .anyMatch(state -> state.maySend() && state != State.LAST_RESORT);
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

    /** The addresses that are to be written down. */
    List<Address> takeChangedAddresses() {
        return addresses.values().stream()
                .filter(AddressSlot::takeChanged)
                .map(AddressSlot::address)
                .toList();
    }

    /** What each operator was asked, by group: to be written down. */
    Map<String, OperatorBudget.Use> used(Moment now) {
        return agenda.used(now);
    }

    Reputation snapshot(String notice, Moment now) {
        return new Snapshot(settings, cellRules, addressRules, now)
                .of(
                        notice,
                        addresses.values(),
                        List.copyOf(cells.values()),
                        lists.values(),
                        list -> agenda.today(list, now));
    }
}
