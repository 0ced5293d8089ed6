package io.mailvane.dnsbl;

import io.mailvane.dnsbl.ListHealth.Round;
import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.xbill.DNS.Rcode;

/** Lists, their servers and a clock that are told what to do: a day passes in no time. */
final class World {
    /** How a list answers: about an address of the world, and the codes it has for it. */
    interface Temper extends BiFunction<IpAddress, String[], DnsReply> {}

    static final Temper WORKING = (address, codes) -> Lists.reply(codes);
    static final Temper SILENT = (address, codes) -> new DnsReply.Silent("no answer in time");
    static final Temper EMPTIED = (address, codes) -> Lists.reply();
    static final Temper PARKED = (address, codes) -> Lists.reply("91.195.240.117");
    static final Temper WILD = (address, codes) -> Lists.reply("127.0.0.2");
    static final Temper OPEN_RESOLVER = (address, codes) -> Lists.reply("127.255.255.254");
    /** The words of every listing. */
    static final String WORDS = "see https://list.example/";

    static final Temper SERVFAIL =
            (address, codes) -> new DnsReply.Answered(Rcode.SERVFAIL, List.of(), List.of(), Optional.empty());

    /** The list works for all others, and for its test. */
    static Temper silentAbout(String address) {
        var about = IpAddress.parse(address);
        return (asked, codes) -> (asked.equals(about) ? SILENT : WORKING).apply(asked, codes);
    }

    private final Map<String, Temper> tempers = new HashMap<>();
    private final Map<String, String[]> entries = new HashMap<>();
    private final List<HistoryEvent> events = new ArrayList<>();
    /** The last of each cell and each list, as it would have been written down. */
    private final Map<String, HistoryEvent> told = new HashMap<>();
    /** As it would have been written down. */
    private final Map<Learned.About, Learned> learned = new HashMap<>();
    /** As they would have been written down, by source. */
    private final Map<String, Stored.OfAddress> addresses = new HashMap<>();

    private final Map<String, Stored.OfNames> names = new HashMap<>();
    /** Messages by receiver, by source. */
    private final Map<String, Map<ProviderId, Long>> totals = new HashMap<>();
    /** How a cell looked after each answer; again only if it looks otherwise. */
    private final Map<String, List<String>> looks = new HashMap<>();

    private DnsblSettings settings;
    private final List<DnsblList> lists;
    private final Random random;
    private Judge judge;
    private Moment now = Cells.minute(0);
    private Duration wallAhead = Duration.ZERO;
    private boolean smarthost = true;
    private int turn;

    World(long seed, List<String> addresses, String... lists) {
        var sources = new ArrayList<Source>();
        for (var address : addresses) {
            sources.add(new Source("a" + (sources.size() + 1), IpAddress.parse(address), true, true));
        }
        var choice =
                new ListChoice(false, new ListChoice.Spamhaus.Undecided(), Map.of(), Set.of(), Set.of(), List.of());
        this.settings = DnsblSettings.of(sources, choice);
        this.lists = Arrays.stream(lists).map(Lists::shipped).toList();
        this.random = new Random(seed);
        this.lists.forEach(this::lists);
        this.judge = judge(Judge.Memory.EMPTY);
    }

    /** Its test entries. */
    private void lists(DnsblList list) {
        var codes = list.testPoints().expected().stream()
                .map(pattern -> (CodePattern.Octets) pattern)
                .map(octets -> octets.ranges().stream()
                        .map(range -> String.valueOf(range.low()))
                        .collect(Collectors.joining(".")))
                .toArray(String[]::new);
        var point = list.testPoints().positive().map(IpAddress::toString).orElse("-");
        entries.put(point + " " + list.id(), codes.length == 0 ? new String[] {"127.0.0.2"} : codes);
    }

    private Judge judge(Judge.Memory memory) {
        return new Judge(settings, lists, memory, random, () -> smarthost, now);
    }

    Judge judge() {
        return judge;
    }

    Moment now() {
        return now;
    }

    /** Its addresses are new to receivers. */
    World cold() {
        settings = new DnsblSettings(
                settings.sources().stream()
                        .map(source -> new Source(source.name(), source.written(), true, false))
                        .toList(),
                settings.choice(),
                settings.asking(),
                settings.judging(),
                settings.guard(),
                settings.routing(),
                settings.keeping());
        judge = judge(Judge.Memory.EMPTY);
        return this;
    }

    /** Of an operator to whom what weighs less is informational. */
    World watchingFrom(double weight) {
        var usual = settings.routing();
        settings = with(Math.max(weight, usual.scoreDegraded()), weight, usual.learning());
        judge = judge(Judge.Memory.EMPTY);
        return this;
    }

    private DnsblSettings with(double scoreDegraded, double scoreWatch, RoutingSettings.Learning learning) {
        var usual = settings.routing();
        var routing = new RoutingSettings(
                usual.scoreOut(),
                scoreDegraded,
                scoreWatch,
                usual.minorCap(),
                usual.ramp(),
                usual.rampStep(),
                usual.rampStepMax(),
                usual.lastResort(),
                usual.flap(),
                learning);
        return new DnsblSettings(
                settings.sources(),
                settings.choice(),
                settings.asking(),
                settings.judging(),
                settings.guard(),
                routing,
                settings.keeping());
    }

    /** Each list may be asked so many questions in a day. */
    World servedDaily(int questions) {
        var usual = settings.asking();
        var budget = usual.budget();
        var asking = new AskingSettings(
                usual.timeout(),
                usual.secondTimeout(),
                usual.controlInterval(),
                usual.controlStale(),
                usual.inFlight(),
                new AskingSettings.Budget(budget.inFlight(), budget.rate(), budget.burst(), questions));
        settings = new DnsblSettings(
                settings.sources(),
                settings.choice(),
                asking,
                settings.judging(),
                settings.guard(),
                settings.routing(),
                settings.keeping());
        judge = judge(Judge.Memory.EMPTY);
        return this;
    }

    World with(UnaryOperator<DnsblSettings> other) {
        settings = other.apply(settings);
        judge = judge(Judge.Memory.EMPTY);
        return this;
    }

    World withoutSmarthost() {
        smarthost = false;
        return this;
    }

    void temper(String list, Temper temper) {
        tempers.put(list, temper);
    }

    void temperAll(Temper temper) {
        lists.forEach(list -> temper(list.id(), temper));
    }

    void list(String address, String list, String... codes) {
        entries.put(address + " " + list, codes);
    }

    void delist(String address, String list) {
        entries.remove(address + " " + list);
    }

    /** The wall's clock alone. */
    void jump(Duration ahead) {
        wallAhead = wallAhead.plus(ahead);
        now = new Moment(now.nanos(), now.wall().plus(ahead));
    }

    /** All is forgotten but what would have been written down. */
    void restart() {
        write();
        var cells = new HashMap<String, Cell>();
        for (var source : settings.sources()) {
            for (var list : lists) {
                judge.cell(source.address().toString(), list.id())
                        .ifPresent(cell -> cells.put(Judge.key(source.address(), list), Cells.recalled(cell)));
            }
        }
        var taught = new HashMap<Learned.About, Learned>();
        learned.forEach(
                (about, what) -> taught.put(about, Stored.of(about, what).learned(now)));
        var standing = new HashMap<String, Address>();
        var named = new HashMap<String, Map<NameFinding.Kind, NameStanding>>();
        for (var source : settings.sources()) {
            Optional.ofNullable(addresses.get(source.name()))
                    .ifPresent(stored -> standing.put(source.name(), stored.address(source, now)));
            Optional.ofNullable(names.get(source.name()))
                    .ifPresent(stored -> named.put(source.name(), stored.standings(now)));
        }
        judge = judge(new Judge.Memory(cells, standing, Map.of(), named, Map.of(), taught, List.copyOf(told.values())));
    }

    /** Lets time pass; every question is answered at once. */
    void pass(Duration duration) {
        var end = now.plus(duration);
        while (now.isBefore(end)) {
            for (var asks = judge.due(now); !asks.isEmpty(); asks = judge.due(now)) {
                asks.forEach(this::answer);
            }
            count();
            write();
            var next = judge.nextDue(now, Duration.ofMinutes(1));
            var least = now.plus(Duration.ofMillis(1));
            now = next.isBefore(least) ? least : next;
        }
        now = end;
        judge.due(now).forEach(this::answer);
        count();
        write();
    }

    private void count() {
        var due = judge.dueCounts(now);
        if (!due.isEmpty()) {
            judge.took(
                    due.stream()
                            .collect(Collectors.toMap(
                                    source -> source, source -> Map.copyOf(totals.getOrDefault(source, Map.of())))),
                    now);
        }
    }

    /** A receiver takes mail. */
    void take(String source, String provider, long messages) {
        totals.computeIfAbsent(source, _ -> new HashMap<>()).merge(new ProviderId(provider), messages, Long::sum);
    }

    /** A receiver refuses mail. */
    void refuse(String source, String provider, Optional<String> cited, String reply) {
        judge.evidence(new ReplyEvidence(source, new ProviderId(provider), cited, now.wall(), reply), now);
        write();
    }

    /** How much a receiver goes by a list, and what of it was shipped. */
    Reputation.ReceiverView receiver(String list, String provider) {
        var receivers = reputation().lists().stream()
                .filter(each -> each.id().equals(list))
                .flatMap(each -> each.weighs().receivers().stream())
                .toList();
        return receivers.stream()
                .filter(each -> each.provider().equals(provider))
                .findFirst()
                .orElseGet(receivers::getFirst);
    }

    /** A restart with these settings. */
    void restart(RoutingSettings.Learning learning) {
        settings = with(settings.routing().scoreDegraded(), settings.routing().scoreWatch(), learning);
        restart();
    }

    private void write() {
        judge.lessons().takeChanged().forEach((about, what) -> {
            learned.remove(about);
            what.ifPresent(each -> learned.put(about, each));
        });
        judge.takeChangedAddresses()
                .forEach(address -> addresses.put(address.source().name(), Stored.of(address)));
        judge.journal()
                .takeChangedNames()
                .forEach(slot -> names.put(slot.source().name(), Stored.of(slot.standings())));
        for (var event : judge.journal().takeEvents()) {
            events.add(event);
            if (event.kind() == HistoryEvent.Kind.CELL || event.kind() == HistoryEvent.Kind.LIST) {
                told.put(event.kind() + " " + event.subject() + " " + event.object(), event);
            }
        }
    }

    private void answer(Ask ask) {
        switch (ask) {
            case Ask.OfCell cell -> judge.heard(cell, heard(cell), now);
            case Ask.OfControls controls -> judge.tested(controls, tested(controls), now);
        }
        looks.forEach((cell, seen) -> {
            var words = cell.split(" ");
            var look = cell(words[0], words[1]);
            if (seen.isEmpty() || !seen.getLast().equals(look)) {
                seen.add(look);
            }
        });
    }

    /** How it looks from now on, after each answer: state and overlay. */
    List<String> watch(String address, String list) {
        return looks.computeIfAbsent(address + " " + list, _ -> new ArrayList<>());
    }

    private Ask.Heard heard(Ask.OfCell ask) {
        var server = ask.avoid().orElse(turn++ % 2 == 0 ? "s1" : "s2").equals("s1") ? "s2" : "s1";
        var answer = Answer.of(reply(ask.list(), ask.address()), ask.list());
        boolean worded = answer.kind() == AnswerClass.POSITIVE && ask.wantsText();
        return new Ask.Heard(worded ? answer.withText(WORDS) : answer, Cells.by(server), false, 1);
    }

    private Ask.Tested tested(Ask.OfControls ask) {
        var seen = new EnumMap<ControlKind, Control.Result>(ControlKind.class);
        var points = ask.list().testPoints();
        points.positive().ifPresent(point -> see(ControlKind.POSITIVE, point, ask.list(), seen));
        points.negative().ifPresent(point -> see(ControlKind.NEGATIVE, point, ask.list(), seen));
        see(ControlKind.RANDOM, ask.random(), ask.list(), seen);
        var last = Answer.of(reply(ask.list(), ask.random()), ask.list());
        var hindered = Optional.of(last).filter(_ -> !seen.containsKey(ControlKind.RANDOM));
        return new Ask.Tested(Round.of(seen, hindered), ask.mode(), 3);
    }

    private void see(ControlKind kind, IpAddress point, DnsblList list, Map<ControlKind, Control.Result> seen) {
        Asker.result(kind, reply(list, point), list).ifPresent(result -> seen.put(kind, result));
    }

    private DnsReply reply(DnsblList list, IpAddress address) {
        var codes = entries.getOrDefault(address + " " + list.id(), new String[0]);
        return tempers.getOrDefault(list.id(), WORKING).apply(address, codes);
    }

    Reputation reputation() {
        return judge.snapshot("", now);
    }

    SourceStanding standing(String source) {
        return reputation().standings().getOrDefault(source, missing(source));
    }

    private static SourceStanding missing(String source) {
        return new SourceStanding(source, SourceStanding.State.RETIRED, 0, 0, Map.of(), "missing", Optional.empty());
    }

    /** State and overlay. */
    String cell(String address, String list) {
        return reputation()
                .cell(address, list)
                .map(cell -> cell.state() + " " + cell.overlay())
                .orElse("missing");
    }

    /** {@code from to} of each, oldest first. */
    List<String> changes(HistoryEvent.Kind kind) {
        return events.stream()
                .filter(event -> event.kind() == kind)
                .map(event -> event.from() + " " + event.to())
                .toList();
    }

    Optional<Instant> when(HistoryEvent.Kind kind, String to) {
        return events.stream()
                .filter(event -> event.kind() == kind && event.to().equals(to))
                .map(HistoryEvent::at)
                .findFirst();
    }

    List<HistoryEvent> events() {
        return events;
    }
}
