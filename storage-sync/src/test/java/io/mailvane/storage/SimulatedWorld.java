package io.mailvane.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * One history: some nodes, one store, true time, and what goes wrong at which point. The same mishaps make the same history. One process
 * moves at a time: whoever is frozen in the middle of something keeps its thread, and another thread goes on with the rest.
 */
final class SimulatedWorld extends MemoryLeaseStore {
    static final LeaseTerm TERM = LeaseTerm.of(Duration.ofSeconds(10));
    private static final long ACCESS = 1_000;
    private static final long NEAR = 10_000_000;
    private static final long LATE = 2 * TERM.nanos();
    private static final long AFTERMATH = TERM.nanos() + TERM.nanos() / 5;
    private static final long END = 4 * TERM.nanos();

    private final List<String> wrongs = new ArrayList<>();
    private final List<Place> places = new ArrayList<>();
    private final Deque<Happening> toCome;
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Map<SimulatedProcess, Standstill> frozen = new LinkedHashMap<>();
    private final Map<SimulatedProcess, Standstill> cut = new HashMap<>();
    /** The highest epochs: of segments, of claims, of what nodes took as their own. */
    private final Map<String, Long> segments = new HashMap<>();

    private final Map<String, Long> claimed = new HashMap<>();
    private final Map<String, Long> ownEpochs = new HashMap<>();
    private final Map<String, SimulatedProcess> owners = new HashMap<>();
    private final Set<HeldLease> lapsed = new HashSet<>();
    private final Semaphore back = new Semaphore(0);
    private final Semaphore over = new Semaphore(0);
    private Optional<Thread> leader = Optional.empty();
    private long nanos;
    private long calmSince = Long.MAX_VALUE;
    private boolean isQuiet;
    private int granted;

    /** @param at the number of the point at which it happens, of all that are passed */
    record Happening(int at, Mishap mishap) {}

    /** Since when somebody stands, and until which moment. */
    private record Standstill(Mishap mishap, long since, long deadline) {}

    interface Work<T> {
        T run() throws IOException;
    }

    SimulatedWorld(List<Happening> toCome) {
        this.toCome = new ArrayDeque<>(toCome);
    }

    void begin(SimulatedProcess.Host host, long atNanos) {
        processes.add(new SimulatedProcess(this, host, processes.size() + 1, atNanos));
    }

    /** @return what should never be, in a sentence each */
    List<String> run() {
        lead();
        over.acquireUninterruptibly();
        return wrongs;
    }

    List<Place> places() {
        return places;
    }

    int granted() {
        return granted;
    }

    long nanos() {
        return nanos;
    }

    /** Once nobody is in trouble any more, a term shows what comes of it. */
    private boolean isOver() {
        boolean isCalm = toCome.isEmpty() && frozen.isEmpty() && cut.isEmpty();
        calmSince = isCalm ? Math.min(calmSince, nanos) : Long.MAX_VALUE;
        return nanos >= END || nanos - AFTERMATH > calmSince || !wrongs.isEmpty();
    }

    private void lead() {
        var next = Thread.ofVirtual().unstarted(this::goOn);
        leader = Optional.of(next);
        next.start();
    }

    private boolean leads() {
        return leader.filter(Thread.currentThread()::equals).isPresent();
    }

    private void goOn() {
        while (leads() && !isOver()) {
            next();
        }
        if (leads()) {
            letAllEnd();
            over.release();
        } else {
            back.release();
        }
    }

    /** The next who is to do something, or to go on. */
    private void next() {
        SimulatedProcess next = processes.getFirst();
        long at = Long.MAX_VALUE;
        for (var process : List.copyOf(processes)) {
            long due = frozen.containsKey(process) ? end(process, frozen.get(process)) : process.dueAt();
            if (due < at) {
                at = due;
                next = process;
            }
        }
        nanos = Math.max(nanos, Math.min(at, END));
        check();
        if (frozen.containsKey(next)) {
            thaw(next);
        } else if (!isOver()) {
            next.step(pass(next, Mishap.Point.IDLE));
            check();
        }
    }

    /** The true time at which a standstill ends: what others will do may move it. */
    private long end(SimulatedProcess process, Standstill still) {
        if (still.mishap().kind() == Mishap.Kind.KILLED) {
            return Long.MAX_VALUE;
        }
        return switch (still.mishap().until()) {
            case SOON -> still.since() + 2 * NEAR;
            case BEFORE_ITS_DEADLINE -> still.deadline() - NEAR;
            case AFTER_ITS_DEADLINE -> still.deadline() + NEAR;
            case BEFORE_ITS_ADOPTION -> adoption(process, still) - NEAR;
            case AFTER_ITS_ADOPTION -> adoption(process, still) + NEAR;
            case LATE -> still.since() + LATE;
        };
    }

    /** When the first of the others takes what this one claimed for free. */
    private long adoption(SimulatedProcess owner, Standstill still) {
        return owner.claimed.stream()
                .flatMap(partition -> processes.stream()
                        .filter(other -> other != owner && !other.hasEnded)
                        .map(other -> other.freeAt(partition)))
                .min(Long::compare)
                .filter(first -> first < Long.MAX_VALUE)
                .orElse(still.since() + LATE);
    }

    private void thaw(SimulatedProcess process) {
        var still = frozen.remove(process);
        if (still != null && still.mishap().kind() == Mishap.Kind.PAUSED) {
            process.stood(nanos - still.since());
        }
        process.thaw.release();
        back.acquireUninterruptibly();
    }

    private void letAllEnd() {
        while (!frozen.isEmpty()) {
            thaw(frozen.keySet().iterator().next());
        }
    }

    /** Asks the store, with a point before and one behind. */
    <T> T access(SimulatedProcess process, Work<T> work, Mishap.Point behind) throws IOException {
        suffer(process, pass(process, process.hasLookedAtClock ? Mishap.Point.BEFORE : Mishap.Point.BEFORE_AT_ONCE));
        requireNotCut(process);
        var done = work.run();
        if (behind == Mishap.Point.AFTER_WRITING) {
            processes.stream().filter(other -> other != process).forEach(SimulatedProcess::hasChanged);
        }
        suffer(process, pass(process, behind));
        process.hasLookedAtClock = false;
        return done;
    }

    private void requireNotCut(SimulatedProcess process) throws IOException {
        var still = cut.get(process);
        if (still != null && nanos < end(process, still)) {
            throw new IOException("cut off");
        }
        cut.remove(process);
    }

    /** As {@code work}, and nothing happens meanwhile. */
    <T> T quietly(Work<T> work) throws IOException {
        isQuiet = true;
        try {
            return work.run();
        } finally {
            isQuiet = false;
        }
    }

    /** A moment passes. */
    private Optional<Mishap> pass(SimulatedProcess process, Mishap.Point point) {
        if (isQuiet || isOver()) {
            return Optional.empty();
        }
        nanos += ACCESS;
        places.add(new Place(process, point, !process.claimed.isEmpty(), nanos));
        return toCome.isEmpty() || toCome.getFirst().at() != places.size() - 1
                ? Optional.empty()
                : Optional.of(toCome.removeFirst().mishap());
    }

    void suffer(SimulatedProcess process, Optional<Mishap> mishap) throws IOException {
        if (mishap.isEmpty()) {
            return;
        }
        switch (mishap.get().kind()) {
            case FROZEN, PAUSED, KILLED -> stand(process, mishap.get());
            case CUT_OFF -> cut.put(process, standstill(process, mishap.get()));
            case FAILED -> throw new IOException("it is said to have failed");
            case RELEASES -> process.end(Heartbeat.State.RELEASED);
            case HANDS_OVER -> process.end(Heartbeat.State.HANDED_OVER);
        }
    }

    private Standstill standstill(SimulatedProcess process, Mishap mishap) {
        return new Standstill(mishap, nanos, process.deadline());
    }

    private void stand(SimulatedProcess process, Mishap mishap) {
        process.hasStood |= mishap.kind() == Mishap.Kind.PAUSED;
        frozen.put(process, standstill(process, mishap));
        if (mishap.kind() == Mishap.Kind.KILLED) {
            ends(process);
        }
        if (leads()) {
            lead();
        } else {
            back.release();
        }
        process.thaw.acquireUninterruptibly();
    }

    /** Its node begins anew, as a supervisor has it. */
    void ends(SimulatedProcess process) {
        process.hasEnded = true;
        begin(process.host, nanos + NEAR);
    }

    boolean hasEnded(Incarnation process) {
        return processes.stream().noneMatch(each -> !each.hasEnded && each.self.equals(process));
    }

    /** A partition as a process left it that is no more. */
    void leave(Claim claim, Heartbeat.State how) {
        claim(claim);
        beat(claim.partition(), claim.epoch(), new Heartbeat(1, how));
        segments.put(claim.partition(), claim.epoch());
    }

    private void wrong(String sentence) {
        if (!isOver()) {
            wrongs.add(sentence);
        }
    }

    private void check() {
        var acting = new HashMap<String, SimulatedProcess>();
        for (var process : processes) {
            if (!process.hasEnded && !isPaused(process)) {
                process.held.values().forEach(lease -> check(process, lease, acting));
            }
        }
    }

    private boolean isPaused(SimulatedProcess process) {
        var still = frozen.get(process);
        return still != null && still.mishap().kind() == Mishap.Kind.PAUSED;
    }

    private void check(SimulatedProcess process, HeldLease lease, Map<String, SimulatedProcess> acting) {
        if (!lease.lease().holdsAt(process.clock())) {
            lapsed.add(lease);
            return;
        }
        if (lapsed.contains(lease)) {
            wrong(process + " holds " + lease.partition() + " again, which had lapsed");
        }
        var other = process.hasStood ? null : acting.put(lease.partition(), process);
        if (other != null) {
            wrong(other + " and " + process + " act for " + lease.partition());
        }
    }

    /** A process makes its first segment, if its lease holds still. */
    void granted(SimulatedProcess process, HeldLease lease) {
        if (!lease.lease().holdsAt(process.clock())) {
            return;
        }
        granted++;
        if (process.hasStood) {
            return;
        }
        long epoch = lease.lease().epoch();
        long before =
                Optional.ofNullable(segments.put(lease.partition(), epoch)).orElse(0L);
        if (epoch <= before) {
            wrong(process + " was granted epoch " + epoch + " of " + lease.partition() + " after epoch " + before);
        }
        var former = owners.put(lease.partition(), process);
        if (lease.isCleanSinceBefore() && former != null && !former.isInOrder) {
            wrong(process + " believes that " + former + " ended in order");
        }
        check();
    }

    /** As {@link #granted}, of a partition of its own. */
    void tookOwn(SimulatedProcess process, HeldLease lease) {
        long epoch = lease.lease().epoch();
        long before =
                Optional.ofNullable(ownEpochs.put(process.host.node(), epoch)).orElse(0L);
        if (epoch <= before) {
            wrong(process + " took epoch " + epoch + " of its own after epoch " + before);
        }
    }

    long latestSegment(SimulatedProcess process, String partition) {
        try {
            return access(process, () -> segments.getOrDefault(partition, 0L), Mishap.Point.AFTER_READING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Somebody made a later claim. */
    boolean isPassed(HeldLease lease) {
        return claimed.getOrDefault(lease.partition(), 0L) > lease.lease().epoch();
    }

    void renewedAlthoughPassed(HeldLease lease) {
        wrong("epoch " + lease.lease().epoch() + " of " + lease.partition() + " was renewed after a later claim");
    }

    /** A process that had the partition before, and does not know yet that it has no more, may write to it still. */
    void believes(SimulatedProcess process, HeldLease lease, boolean haveEnded) {
        for (var other : processes) {
            var theirs = other.held.get(lease.partition());
            if (haveEnded && other != process && !other.hasEnded && theirs != null && isBefore(theirs, lease)) {
                wrong(process + " believes that " + other + " has ended");
            }
        }
    }

    private static boolean isBefore(HeldLease one, HeldLease other) {
        return one.lease().epoch() < other.lease().epoch();
    }

    @Override
    public Claim claim(Claim claim) {
        var stands = super.claim(claim);
        claimed.merge(claim.partition(), stands.epoch(), Math::max);
        processes.stream()
                .filter(process -> process.self.equals(stands.by()))
                .forEach(process -> process.claimed.add(claim.partition()));
        return stands;
    }

    @Override
    public void forgetBefore(String partition, long epoch) throws IOException {
        for (var process : processes) {
            var lease = process.held.get(partition);
            if (!process.hasEnded && lease != null && lease.lease().epoch() < epoch) {
                wrong("the claim of " + process + " is forgotten");
            }
        }
        super.forgetBefore(partition, epoch);
    }
}
