package io.mailvane.dnsbl;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.ReplyEvidence;
import io.mailvane.mail.SourceProbe;
import io.mailvane.mail.SourceStanding.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monitor: asks, judges, writes down, and shows what it knows as a {@link Reputation}.
 *
 * <p>One thread of its own judges; each question has a virtual thread. Every method may be called by any thread; none waits
 * for DNS. What is told or asked for is done shortly after, in the order it came; only an order for an address is waited for.
 */
public final class DnsblMonitor implements AutoCloseable {
    /** The fault of a source that leaves by another address. */
    public static final String EGRESS = "egress";

    private static final Logger LOG = LoggerFactory.getLogger(DnsblMonitor.class);
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration RECHECK_GAP = Duration.ofMinutes(1);
    private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

    /** So long somebody waits who gives an order. */
    private static final Duration ORDER_WAIT = Duration.ofSeconds(2);

    /** How often it is written down what operators were asked. */
    private static final Duration USE_GAP = Duration.ofMinutes(1);

    private final Surroundings world;
    private final String notice;
    private final Judge judge;
    private final Asker asker;
    private final NameCheck names;
    private final ReputationStore store;
    private final Tally tally = new Tally();
    /** When a person last had a cell asked. */
    private final Map<String, Moment> rechecked = new ConcurrentHashMap<>();

    /** The answers to what operators ordered, until that is written down. */
    private final List<Runnable> done = new ArrayList<>();

    private final BlockingQueue<Consumer<Moment>> inbox = new LinkedBlockingQueue<>();
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread;
    private volatile Reputation reputation;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Publishing publishing;
    private Moment useKept;

    private DnsblMonitor(DnsblSettings settings, Surroundings world) {
        var now = new Moment(world.ticker().getAsLong(), world.clock().instant());
        var chosen = settings.choice().resolve();
        this.world = world;
        this.notice = chosen.notice();
        this.store = ReputationStore.open(world.data(), settings.keeping(), now.wall());
        var memory = store.recall(settings.sources(), now);
        this.judge = new Judge(settings, chosen.lists(), memory, world.random(), world.otherRoute(), now);
        this.asker = new Asker(world.resolver(), world.servers(), settings.asking(), world.ticker());
        this.names = new NameCheck(world.resolver(), settings.asking().secondTimeout(), world.ticker());
        this.reputation = judge.snapshot(notice, now);
        this.publishing = new Publishing(now);
        this.useKept = now;
        this.thread = Thread.ofPlatform().name("dnsbl").daemon().unstarted(this::run);
    }

    /**
     * Shows what was known before a restart, as the last known, and judges nothing before {@link #begin}: what it is told until then it judges
     * by, so that an address is not taken for mended only because nobody has said yet what is wrong with it.
     *
     * @throws IllegalArgumentException if {@link DnsblSettings#problems} names one
     * @throws java.io.UncheckedIOException if the folder for the history cannot be used
     */
    public static DnsblMonitor open(DnsblSettings settings, Surroundings world) {
        var problems = settings.problems();
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.getFirst().setting() + ": " + problems.getFirst().reason());
        }
        return new DnsblMonitor(settings, world);
    }

    /** Once. */
    public void begin() {
        thread.start();
    }

    /** The latest snapshot; never waits. */
    public Reputation reputation() {
        return reputation;
    }

    /** A receiver's reply that speaks against one of our addresses. A source that is not ours is ignored. */
    public void evidence(ReplyEvidence reply) {
        inbox.add(now -> judge.evidence(reply, now));
    }

    /**
     * Asks now, past what is cached; at most once a minute for one cell.
     *
     * @return empty if there is no such cell
     */
    public Optional<Recheck> recheck(String ip, String list) {
        if (reputation.cell(ip, list).isEmpty()) {
            return Optional.empty();
        }
        var wished = now();
        var counts = rechecked.merge(
                ip + " " + list,
                wished,
                (before, next) -> next.since(before).compareTo(RECHECK_GAP) < 0 ? before : next);
        if (!counts.equals(wished)) {
            return Optional.of(Recheck.ASKED);
        }
        inbox.add(now -> judge.recheck(ip, list, now));
        return Optional.of(Recheck.ASKING);
    }

    /** @return false if there is no such cell */
    public boolean mute(String ip, String list, Mute mute) {
        return ifKnown(ip, list, now -> judge.mute(ip, list, Optional.of(mute), mute.who(), now));
    }

    /** @return empty if there is no such cell */
    public Optional<Unmute> unmute(String ip, String list, String who) {
        boolean muted = reputation
                .cell(ip, list)
                .filter(cell -> cell.mute().isPresent())
                .isPresent();
        // Also where none is shown: it may have been ordered just before.
        boolean known = ifKnown(ip, list, now -> judge.mute(ip, list, Optional.empty(), who, now));
        return known ? Optional.of(muted ? Unmute.UNMUTED : Unmute.NOT_MUTED) : Optional.empty();
    }

    private boolean ifKnown(String ip, String list, Consumer<Moment> order) {
        boolean known = reputation.cell(ip, list).isPresent();
        if (known) {
            inbox.add(order);
        }
        return known;
    }

    /**
     * Waits, shortly, until it is done, written down and to be seen.
     *
     * @return empty if there is no such source
     */
    public Optional<Operated> operate(String source, OperatorOrder order) {
        var answer = new CompletableFuture<Optional<Operated>>();
        inbox.add(now -> {
            var operated = judge.operate(source, order, now);
            done.add(() -> answer.complete(operated.map(this::ifWritten)));
        });
        try {
            return answer.get(ORDER_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("an order for {} was not answered in time, and may yet be done", source);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes an order but its answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return reputation.card(source).map(card -> new Operated(Operated.Effect.UNANSWERED, card.state(), false));
    }

    private Operated ifWritten(Operated operated) {
        boolean isSaid = operated.effect() == Operated.Effect.REFUSED || store.isWritten();
        return isSaid ? operated : operated.as(Operated.Effect.UNWRITTEN);
    }

    /** Nobody is told that an order is done before it would survive a crash. */
    private void answerOrders() {
        done.forEach(Runnable::run);
        done.clear();
    }

    /** Nothing is under way by a source any more: one that was drained is disabled. */
    public void drained(String source) {
        if (reputation
                .card(source)
                .filter(card -> card.state() == State.DRAINING)
                .isPresent()) {
            inbox.add(now -> judge.drained(source, now));
        }
    }

    /**
     * A fault of a source's set-up: it takes the source out until it is mended.
     *
     * @param kind names the fault: {@link #EGRESS}
     * @param reason one sentence
     */
    public void faulty(String source, String kind, String reason) {
        inbox.add(now -> judge.configFault(source, kind, reason, now));
    }

    public void mended(String source, String kind) {
        inbox.add(now -> judge.configFault(source, kind, "", now));
    }

    /**
     * Receivers know a source that was new: its warm-up is over.
     *
     * @param why one sentence
     */
    public void warmed(String source, String why) {
        inbox.add(now -> judge.warmed(source, why, now));
    }

    /** Whether port 25 is open to a source that is not admitted yet, and at which address receivers see it. */
    public void probed(String source, SourceProbe.Finding probe) {
        inbox.add(now -> judge.probed(source, probe, now));
    }

    /** Writes down what happened elsewhere: a change of route. */
    public void record(HistoryEvent event) {
        inbox.add(now -> judge.journal().add(event));
    }

    /** Newest first. Reads the file, and may wait for the disk. */
    public List<HistoryEvent> events(HistoryFilter filter) {
        return store.events(filter);
    }

    public MonitorStats stats() {
        return tally.stats();
    }

    private void run() {
        try {
            while (stopping.getCount() > 0) {
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() throws InterruptedException {
        try {
            takeAll(inbox.poll());
            var now = now();
            work(now);
            awaitNext(now);
        } catch (RuntimeException e) {
            fault(e);
            // What is wrong in itself is so again at once.
            var _ = stopping.await(AFTER_FAULT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void work(Moment now) {
        for (var ask : judge.due(now)) {
            send(() -> answer(ask));
        }
        for (var source : judge.dueNames(now)) {
            send(() -> answer(source));
        }
        var counted = judge.dueCounts(now);
        if (!counted.isEmpty()) {
            judge.took(counted.stream().collect(Collectors.toMap(source -> source, world.taken())), now);
        }
        for (var source : judge.dueTotals(now)) {
            long total = world.taken().apply(source).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            judge.took(source, total, now);
        }
        boolean turned = keep();
        if (now.since(useKept).compareTo(USE_GAP) >= 0) {
            useKept = now;
            store.keep(judge.used(now));
        }
        if (publishing.isDue(now, turned)) {
            publish(now);
        }
        answerOrders();
    }

    /** @return whether anything happened */
    private boolean keep() {
        var events = judge.journal().takeEvents();
        judge.journal().takeChanged().forEach(store::keep);
        judge.journal().takeChangedNames().forEach(store::keep);
        judge.takeChangedAddresses().forEach(store::keep);
        judge.lessons().takeChanged().forEach(store::keep);
        events.forEach(this::keep);
        if (judge.takeOrdered()) {
            store.force();
        }
        return !events.isEmpty();
    }

    private void keep(HistoryEvent event) {
        store.keep(event);
        var line = LogLine.event(event.kind() == HistoryEvent.Kind.ROUTE ? "route-change" : "listing")
                .field("kind", event.kind())
                .field("subject", event.subject())
                .field("object", event.object())
                .field("from", event.from())
                .field("to", event.to())
                .field("cause", event.cause());
        LOG.info("{}", line);
    }

    private void publish(Moment now) {
        publishing.done(now);
        var before = reputation.alarms();
        reputation = judge.snapshot(notice, now);
        reputation.alarms().stream()
                .filter(alarm -> !before.contains(alarm))
                .forEach(alarm -> LOG.warn(
                        "{}", LogLine.event("alarm").field("what", "reputation").field("reason", alarm)));
        world.onChange().accept(reputation);
    }

    /** Waits for what comes next, and takes it with all that is there. */
    private void awaitNext(Moment now) throws InterruptedException {
        var wait = publishing.next(judge.nextDue(now, REFRESH)).since(now);
        takeAll(inbox.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS));
    }

    /** @param first null: there is none */
    private void takeAll(@Nullable Consumer<Moment> first) {
        var order = first;
        while (order != null) {
            publishing.heard();
            take(order);
            order = inbox.poll();
        }
    }

    private void take(Consumer<Moment> order) {
        try {
            order.accept(now());
        } catch (RuntimeException e) {
            fault(e);
        }
    }

    private void send(Runnable question) {
        try {
            questions.execute(question);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping: nothing is asked any more", e);
        }
    }

    private void answer(Ask ask) {
        switch (ask) {
            case Ask.OfCell cell -> {
                var heard = heard(cell);
                tally.add(cell.list().id(), heard);
                inbox.add(now -> judge.heard(cell, heard, now));
            }
            case Ask.OfControls controls -> {
                var tested = tested(controls);
                inbox.add(now -> judge.tested(controls, tested, now));
            }
        }
    }

    private void answer(Source source) {
        var found = look(source);
        inbox.add(now -> judge.named(source, found, now));
    }

    private Map<NameFinding.Kind, NameFinding> look(Source source) {
        try {
            return names.look(source);
        } catch (RuntimeException e) {
            fault(e);
            return Map.of(NameFinding.Own.PTR, new NameFinding.Unknown());
        }
    }

    /** A fault of ours is no answer: the cell must not wait for one for ever. */
    private Ask.Heard heard(Ask.OfCell ask) {
        try {
            return asker.ask(ask);
        } catch (RuntimeException e) {
            fault(e);
            var none = Answer.of(new DnsReply.Silent("a fault of our own"), ask.list());
            return new Ask.Heard(none, Cell.Query.NONE, false, 1);
        }
    }

    private Ask.Tested tested(Ask.OfControls ask) {
        try {
            return asker.test(ask);
        } catch (RuntimeException e) {
            fault(e);
            return new Ask.Tested(new ListHealth.Round(Map.of(), Overlay.UNKNOWN, "a fault of our own"), ask.mode(), 3);
        }
    }

    private void fault(RuntimeException e) {
        tally.fault();
        LOG.error("{}", LogLine.event("alarm").field("what", "dnsbl-fault").field("reason", e.toString()), e);
    }

    private Moment now() {
        return new Moment(world.ticker().getAsLong(), world.clock().instant());
    }

    /** Stops asking, drops what is being asked, and closes the history. */
    @Override
    public void close() {
        stopping.countDown();
        // Not interrupted: that would close the history's file under its writer.
        inbox.add(now -> LOG.debug("stopping"));
        questions.shutdownNow();
        try {
            if (thread.getState() != Thread.State.NEW) {
                thread.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.getState() == Thread.State.TERMINATED) {
            // What was ordered just before is not lost with who was to do it.
            takeAll(inbox.poll());
            keep();
            answerOrders();
        }
        if (!thread.isAlive()) {
            store.keep(judge.used(now()));
        }
        store.close();
    }
}
