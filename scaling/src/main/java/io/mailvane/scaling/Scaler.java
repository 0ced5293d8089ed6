package io.mailvane.scaling;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.Demand.Worker;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps as many workers as are wanted: looks, again and again, at what runs and what is to be done, decides, and acts. A worker
 * goes only when it has no scan, or at its drain deadline; one that gives no answer is replaced at once, one that dies after a
 * pause. Any number of threads; {@link #look} holds up nobody who asks for the {@link #crew}.
 */
public final class Scaler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Scaler.class);
    /** So long those that have gone are shown. */
    private static final Duration SHOW_GONE = Duration.ofSeconds(10);

    private final ScalingSettings settings;
    private final NodeDriver driver;
    private final Pool pool;
    private final Supplier<Measure> measure;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Hand> hands = new LinkedHashMap<>();
    private final Deque<Gone> gone = new ArrayDeque<>();
    private final ArrivalRate arrivals = new ArrivalRate();
    private final Pause pause;
    private Decision decision = Decision.NONE;
    private Duration boot;
    private boolean troubled;
    /** What its driver could not do; kept while the next try is put off. */
    private String trouble = "";

    private int lastNumber;
    private boolean closed;
    private volatile Crew crew = Crew.none(Decision.NONE.why());

    private record Gone(Crew.Member member, long atNanos) {}

    /**
     * Starts nothing before the first look.
     *
     * @param measure what is known of the work; must not block
     * @param nanoTime the clock of {@link System#nanoTime}
     */
    public Scaler(
            ScalingSettings settings, NodeDriver driver, Pool pool, Supplier<Measure> measure, LongSupplier nanoTime) {
        this.settings = settings;
        this.driver = driver;
        this.pool = pool;
        this.measure = measure;
        this.nanoTime = nanoTime;
        this.pause = new Pause(settings.patience());
        this.boot = settings.patience().boot();
    }

    /** As of the last look. */
    public Crew crew() {
        return crew;
    }

    /** One round. */
    public void look() {
        lock.lock();
        try {
            long now = nanoTime.getAsLong();
            troubled = false;
            if (!closed && see(now)) {
                decision = decision.next(demand(now), settings, now);
                act(now);
            }
            trouble = troubled || !pause.left(now).isZero() ? trouble : "";
            show(now);
        } finally {
            lock.unlock();
        }
    }

    /** @return false if it cannot be known what runs: then nothing is done about it either */
    private boolean see(long now) {
        try {
            var nodes = driver.list();
            nodes.forEach(node -> notice(node, now));
            var seen = pool.seen().get();
            for (var hand : List.copyOf(hands.values())) {
                hand.seen = seen.getOrDefault(hand.id, Pool.Seen.NOTHING);
                judge(hand, nodes.contains(hand.node), now);
            }
            return true;
        } catch (DriverException e) {
            troubled(e);
            return false;
        }
    }

    private void notice(WorkerNode node, long now) {
        var known = hands.get(node.id());
        if (known != null) {
            known.node = node;
            return;
        }
        var hand = new Hand(node, now);
        if (node.state() == WorkerState.DRAINING || node.state() == WorkerState.GONE) {
            // One of a former life: its driver ends it.
            hand.retired = OptionalLong.of(now);
            hand.told = OptionalLong.of(now);
        }
        hands.put(node.id(), hand);
        if (node.state() != WorkerState.GONE) {
            log(hand, node.state(), "it was left by a former life");
        }
    }

    private void judge(Hand hand, boolean listed, long now) {
        if (!listed || hand.node.state() == WorkerState.GONE) {
            end(hand, listed ? hand.node.reason() : "its driver lists it no more", now);
        } else if (hand.stays() && hand.joined.isEmpty()) {
            hand.node.url().ifPresentOrElse(url -> join(hand, url, now), () -> awaitStart(hand, now));
        } else if (hand.stays()) {
            awaitAnswer(hand, now);
        }
    }

    private void join(Hand hand, URI url, long now) {
        pool.add().accept(hand.id, url);
        hand.joined = OptionalLong.of(now);
        boot = Duration.ofNanos(now - hand.startedNanos);
    }

    private void awaitStart(Hand hand, long now) {
        if (passed(hand.startedNanos, settings.patience().start(), now)) {
            end(hand, "it was not ready within " + settings.patience().start().toSeconds() + " s", now);
        }
    }

    private void awaitAnswer(Hand hand, long now) {
        if (hand.seen.state() != WorkerState.GONE) {
            hand.silent = OptionalLong.empty();
            pause.lived(Duration.ofNanos(now - hand.joined.orElse(now)));
        } else if (hand.silent.isEmpty()) {
            hand.silent = OptionalLong.of(now);
        } else if (passed(hand.silent.getAsLong(), settings.patience().silent(), now)) {
            end(hand, "it gave no answer for " + settings.patience().silent().toSeconds() + " s", now);
        }
    }

    private static boolean passed(long sinceNanos, Duration time, long now) {
        return now - sinceNanos >= time.toNanos();
    }

    private Demand demand(long now) {
        var measured = measure.get();
        var workers = hands.values().stream()
                .map(hand -> new Worker(hand.state(), Duration.ofNanos(now - hand.startedNanos)))
                .toList();
        return new Demand(
                arrivals.at(measured.arrived(), now),
                measured.service(),
                measured.running(),
                measured.backlog(),
                measured.backlogAge(),
                boot,
                workers);
    }

    /** Who is retired here may have got a scan since they were looked at, and is told at a later look. */
    private void act(long now) {
        for (var hand : List.copyOf(hands.values())) {
            if (hand.told.isPresent()) {
                endAtDeadline(hand, now);
            } else if (hand.retired.isPresent()) {
                tellWhenDone(hand, now);
            }
        }
        retireSurplus(now);
        startMissing(now);
    }

    /** One that gives no answer is none of those that are too many: it is ended unless it answers soon, and never for one that does. */
    private void retireSurplus(long now) {
        var serving = hands.values().stream().filter(Hand::serves).toList();
        serving.reversed().stream()
                .sorted(Comparator.comparingLong(Hand::dispensable).reversed())
                .limit(Math.max(0, serving.size() - decision.wanted()))
                .forEach(hand -> {
                    pool.retire().accept(hand.id);
                    hand.retired = OptionalLong.of(now);
                    log(hand, WorkerState.DRAINING, decision.why());
                });
    }

    /** Since it is retired it gets none any more: once it has none, nothing is lost with it. */
    private void tellWhenDone(Hand hand, long now) {
        boolean late = passed(hand.retired.orElse(now), settings.patience().drain(), now);
        if (hand.inFlight() == 0 || late) {
            pool.remove().accept(hand.id);
            hand.joined = OptionalLong.empty();
            try {
                driver.drain(hand.id);
                hand.told = OptionalLong.of(now);
            } catch (DriverException e) {
                troubled(e);
            }
        }
    }

    private void endAtDeadline(Hand hand, long now) {
        if (passed(hand.told.orElse(now), settings.patience().drain(), now)) {
            end(
                    hand,
                    "it did not end by itself within "
                            + settings.patience().drain().toSeconds() + " s",
                    now);
        }
    }

    private void startMissing(long now) {
        int serving = (int) hands.values().stream().filter(Hand::serves).count();
        int missing = Math.min(decision.wanted() - serving, settings.max() - hands.size());
        for (int i = missing; i > 0 && pause.left(now).isZero(); i--) {
            start(now);
        }
    }

    private void start(long now) {
        String id;
        do {
            lastNumber++;
            id = "w" + lastNumber;
        } while (hands.containsKey(id));
        try {
            driver.start(id);
            for (var node : driver.list()) {
                if (node.id().equals(id)) {
                    var hand = new Hand(node, now);
                    hands.put(id, hand);
                    log(hand, WorkerState.STARTING, decision.why());
                }
            }
        } catch (DriverException e) {
            pause.failed(now);
            troubled(e);
        }
    }

    /** Whatever it still does runs again elsewhere. */
    private void end(Hand hand, String reason, long now) {
        pool.remove().accept(hand.id);
        try {
            driver.stop(hand.id);
        } catch (DriverException e) {
            troubled(e);
            return;
        }
        hands.remove(hand.id);
        var member = new Crew.Member(hand.id, hand.node.pid(), WorkerState.GONE, 0, reason);
        gone.addLast(new Gone(member, now));
        if (hand.told.isPresent()) {
            log(hand, WorkerState.GONE, reason);
        } else {
            pause.failed(now);
            LOG.warn("{}", line(hand, WorkerState.GONE, reason).seconds("again-in", pause.left(now)));
        }
    }

    private void show(long now) {
        while (!gone.isEmpty() && passed(gone.getFirst().atNanos(), SHOW_GONE, now)) {
            gone.removeFirst();
        }
        var members = Stream.concat(
                        gone.stream().map(Gone::member), hands.values().stream().map(Hand::member))
                .toList();
        crew = new Crew(decision.wanted(), why(now), members);
    }

    private String why(long now) {
        var left = pause.left(now);
        boolean missing = hands.values().stream().filter(Hand::serves).count() < decision.wanted();
        var waiting = missing && !left.isZero()
                ? "; after those that died the next is started in "
                        + left.plusSeconds(1).minusNanos(1).toSeconds() + " s"
                : "";
        return decision.why() + waiting + (trouble.isEmpty() ? "" : "; " + trouble);
    }

    private static void log(Hand hand, WorkerState state, String reason) {
        LOG.info("{}", line(hand, state, reason));
    }

    private static LogLine line(Hand hand, WorkerState state, String reason) {
        return LogLine.event("worker")
                .field("id", hand.id)
                .field("pid", hand.node.pid().map(Object::toString).orElse("-"))
                .field("state", state.label())
                .field("reason", reason);
    }

    /** Says it once while it lasts. */
    private void troubled(DriverException e) {
        var said = String.valueOf(e.getMessage());
        if (!said.equals(trouble)) {
            LOG.warn("{}", LogLine.event("alarm").field("what", "worker-driver").field("reason", said), e);
        }
        troubled = true;
        trouble = said;
    }

    /** Ends all of them, at once: who closes has no more scans to run. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            long now = nanoTime.getAsLong();
            for (var hand : List.copyOf(hands.values())) {
                hand.told = OptionalLong.of(now);
                end(hand, "its node stops", now);
            }
            show(now);
        } finally {
            lock.unlock();
        }
    }
}
