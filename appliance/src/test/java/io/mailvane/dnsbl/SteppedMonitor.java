package io.mailvane.dnsbl;

import io.mailvane.mail.ProviderId;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceStanding;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The monitor's real parts, moved by the test's own thread and clock: days are asked and judged in no time, and always in the same
 * order. It does what the thread of {@link DnsblMonitor} does, step by step, and lies in its package for that alone.
 */
public final class SteppedMonitor implements AutoCloseable {
    private static final Duration LEAST_STEP = Duration.ofMillis(1);
    private static final Duration LONGEST_STEP = Duration.ofMinutes(1);
    /** How often it is told that time has passed. */
    private static final Duration TELLING = Duration.ofSeconds(30);

    private static final Instant START = Instant.parse("2026-11-25T00:00:00Z");

    private final DnsblSettings settings;
    private final List<DnsblList> lists;
    private final ScriptedNames names;
    private final Path folder;
    private final Random random;
    private final BooleanSupplier otherRoute;
    private final Function<String, Map<ProviderId, Long>> taken;
    private final Consumer<Map<String, SourceStanding>> listener;
    private final List<HistoryEvent> events = new ArrayList<>();
    private final Asker asker;
    private volatile Moment now = new Moment(1_000_000_000_000L, START);
    private Moment told = now;
    private ReputationStore store;
    private Judge judge;

    /**
     * The world around it.
     *
     * @param lists ids of the shipped catalogue
     * @param otherRoute whether there is a smarthost
     * @param taken how many messages each receiver took from a source
     * @param listener is told how the sources stand whenever something happened
     */
    public record Around(
            ScriptedNames names,
            List<String> lists,
            Path folder,
            BooleanSupplier otherRoute,
            Function<String, Map<ProviderId, Long>> taken,
            Consumer<Map<String, SourceStanding>> listener) {}

    /** @param addresses of the sources a1, a2 ..., admitted and warm */
    public SteppedMonitor(long seed, List<String> addresses, Around around) {
        var sources = new ArrayList<Source>();
        for (var address : addresses) {
            sources.add(new Source("a" + (sources.size() + 1), IpAddress.parse(address), true, true));
        }
        var choice = new ListChoice(true, new ListChoice.Spamhaus.FreeUse(), Map.of(), Set.of(), Set.of(), List.of());
        this.settings = DnsblSettings.of(sources, choice);
        this.lists = choice.resolve().lists().stream()
                .filter(list -> around.lists().contains(list.id()))
                .toList();
        this.names = around.names();
        this.folder = around.folder();
        this.random = new Random(seed);
        this.otherRoute = around.otherRoute();
        this.taken = around.taken();
        this.listener = around.listener();
        this.lists.forEach(names::serve);
        this.asker = new Asker(names, _ -> names, settings.asking(), this::nanos);
        begin();
    }

    private void begin() {
        store = ReputationStore.open(folder, settings.keeping(), now.wall());
        judge = new Judge(settings, lists, store.recall(settings.sources(), now), random, otherRoute, now);
    }

    public Instant instant() {
        return now.wall();
    }

    public long nanos() {
        return now.nanos();
    }

    private DnsblList list(String id) {
        return lists.stream().filter(list -> list.id().equals(id)).findFirst().orElseThrow();
    }

    public void list(String ip, String list, String... codes) {
        names.list(list(list), ip, codes);
    }

    public void delist(String ip, String list) {
        names.delist(list(list), ip);
    }

    public void temper(String list, ScriptedNames.Temper temper) {
        names.temper(list(list), temper);
    }

    public void temperAll(ScriptedNames.Temper temper) {
        lists.forEach(list -> names.temper(list, temper));
    }

    /** Lets time pass. */
    public void pass(Duration duration) {
        var end = now.plus(duration);
        while (now.isBefore(end)) {
            work();
            now = now.plus(step(end));
        }
        work();
    }

    /** What is due was planned by the wall's clock of then, which may have jumped since: only how far off it is counts. */
    private Duration step(Moment end) {
        var next = judge.nextDue(now, LONGEST_STEP).since(now);
        var least = next.compareTo(LEAST_STEP) < 0 ? LEAST_STEP : next;
        var left = end.since(now);
        return left.compareTo(least) < 0 ? left : least;
    }

    /** The wall's clock alone. */
    public void jump(Duration ahead) {
        now = new Moment(now.nanos(), now.wall().plus(ahead));
    }

    /** The process ends and begins anew: what was written down is all that is known. */
    public void restart() {
        work();
        store.close();
        begin();
        tell();
    }

    private void work() {
        for (var asks = judge.due(now); !asks.isEmpty(); asks = judge.due(now)) {
            asks.forEach(this::answer);
        }
        var counted = judge.dueCounts(now);
        if (!counted.isEmpty()) {
            judge.took(counted.stream().collect(Collectors.toMap(source -> source, taken)), now);
        }
        var happened = judge.journal().takeEvents();
        judge.journal().takeChanged().forEach(store::keep);
        judge.takeChangedAddresses().forEach(store::keep);
        judge.lessons().takeChanged().forEach(store::keep);
        happened.forEach(store::keep);
        events.addAll(happened);
        if (!happened.isEmpty() || now.since(told).compareTo(TELLING) >= 0) {
            tell();
        }
    }

    private void answer(Ask ask) {
        switch (ask) {
            case Ask.OfCell cell -> judge.heard(cell, asker.ask(cell), now);
            case Ask.OfControls controls -> judge.tested(controls, asker.test(controls), now);
        }
    }

    private void tell() {
        told = now;
        listener.accept(reputation().standings());
    }

    public void evidence(ReplyEvidence reply) {
        judge.evidence(reply, now);
        work();
    }

    public void record(HistoryEvent event) {
        judge.journal().add(event);
        work();
    }

    /** @param reason "" if it is mended */
    public void fault(String source, String kind, String reason) {
        judge.configFault(source, kind, reason, now);
        work();
    }

    public void operate(String source, OperatorOrder order) {
        judge.operate(source, order, now);
        work();
    }

    public Reputation reputation() {
        return judge.snapshot("", now);
    }

    public SourceStanding standing(String source) {
        return Objects.requireNonNull(reputation().standings().get(source), source);
    }

    /** What happened, oldest first. */
    public List<HistoryEvent> events() {
        return List.copyOf(events);
    }

    /** What a reader of the history finds. */
    public List<HistoryEvent> written(HistoryFilter filter) {
        return store.events(filter);
    }

    @Override
    public void close() {
        store.close();
    }
}
