package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is queued, in memory: by id, by time of the next attempt, and counted by state. Any number of threads; one lock. */
final class Index {
    /** So many fresh messages may keep their envelope in memory: a queue that flows never reads it back. */
    private static final int MOST_IN_HAND = 2000;
    /** So many messages are looked at under the lock at once. */
    private static final int PAGE = 4096;
    /** How long at most it takes to notice that outcomes can be written again. */
    private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final InstantSource clock;
    private final BooleanSupplier writable;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<QueueId, Entry> entries = new TreeMap<>();
    /** May hold an entry too early, or where it was due before; only what the entry says too counts. */
    private final PriorityQueue<Due> due = new PriorityQueue<>();

    private final Condition scanWanted = lock.newCondition();
    /** Those that wait for a scan and are in nobody's hands; may hold one that waits no more. */
    private final PriorityQueue<ScanDue> toScan = new PriorityQueue<>();

    /** All that wait for a scan, also those in somebody's hands; ids sort by time. */
    private final TreeSet<QueueId> unscanned = new TreeSet<>();

    private final Map<MessageState, Long> messages = new EnumMap<>(MessageState.class);
    private long recipients;
    private boolean closed;

    private record Due(long atMillis, Entry entry) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : entry.id.compareTo(other.entry.id);
        }
    }

    private record ScanDue(long atMillis, QueueId id) implements Comparable<ScanDue> {
        @Override
        public int compareTo(ScanDue other) {
            int byTime = Long.compare(atMillis, other.atMillis);
            return byTime != 0 ? byTime : id.compareTo(other.id);
        }
    }

    /** @param writable while false nothing is given out: an outcome that cannot be written makes a duplicate */
    Index(InstantSource clock, BooleanSupplier writable) {
        this.clock = clock;
        this.writable = writable;
    }

    /** Whether a fresh message may keep {@code commit} in memory until its first attempt. */
    Payloads.@Nullable Commit keepInHand(Payloads.Commit commit) {
        return locked(() -> entries.size()) < MOST_IN_HAND ? commit : null;
    }

    /** Adds a message; one of the same id is replaced, which is how a record that was kept twice counts once. */
    void add(Entry entry) {
        locked(() -> {
            var before = entries.put(entry.id, entry);
            if (before != null) {
                count(before, -1);
            }
            count(entry, 1);
            schedule(entry);
            if (entry.base == MessageState.TO_SCAN) {
                wantScan(new ScanDue(entry.receivedMillis, entry.id));
            }
            return null;
        });
    }

    private void wantScan(ScanDue wanted) {
        toScan.add(wanted);
        scanWanted.signal();
    }

    Optional<Entry> get(QueueId id) {
        return locked(() -> Optional.ofNullable(entries.get(id)));
    }

    /** Runs {@code read} on the entry under the lock; empty if it is not queued. */
    <T> Optional<T> read(QueueId id, Function<Entry, T> read) {
        return locked(() -> Optional.ofNullable(entries.get(id)).map(read));
    }

    /** Changes the entry under the lock; counts and due times follow. An entry with nothing left to settle leaves the index. */
    boolean change(Entry entry, Consumer<Entry> change) {
        return locked(() -> {
            if (entries.get(entry.id) != entry) {
                return false;
            }
            count(entry, -1);
            change.accept(entry);
            if (entry.unsettled() == 0) {
                entries.remove(entry.id);
                return true;
            }
            count(entry, 1);
            schedule(entry);
            return false;
        });
    }

    /** An entry that is looked at early enough anyhow is not added again, so that many changes cost no memory. */
    private void schedule(Entry entry) {
        long next = entry.nextDueMillis();
        if (next < entry.lookAtMillis) {
            entry.lookAtMillis = next;
            due.add(new Due(next, entry));
            changed.signal();
        }
    }

    private void count(Entry entry, int sign) {
        var shown = entry.shown();
        messages.merge(shown, (long) sign, Long::sum);
        recipients += (long) sign * entry.unsettled();
        if (shown != MessageState.TO_SCAN) {
            return;
        }
        if (sign > 0) {
            unscanned.add(entry.id);
        } else {
            unscanned.remove(entry.id);
        }
    }

    /**
     * Waits for a message that is to be scanned, and gives it to the caller alone, the oldest first. What follows is its verdict,
     * or {@link #scanLater}.
     */
    Optional<Entry> takeToScan(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (!closed) {
                var taken = takeToScanNow();
                if (taken.isPresent() || left <= 0) {
                    return taken;
                }
                left = awaitScanWanted(left);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    private long awaitScanWanted(long leftNanos) throws InterruptedException {
        var first = toScan.peek();
        long wait = Math.min(leftNanos, first == null ? Long.MAX_VALUE : untilNanos(first.atMillis()));
        return leftNanos - (wait - scanWanted.awaitNanos(wait));
    }

    private Optional<Entry> takeToScanNow() {
        long now = clock.millis();
        while (!toScan.isEmpty() && toScan.peek().atMillis() <= now) {
            var entry = entries.get(toScan.remove().id());
            if (entry != null && entry.base == MessageState.TO_SCAN) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    /** Gives back what {@link #takeToScan} gave out and has no verdict. */
    void scanLater(QueueId id, Instant at) {
        locked(() -> {
            if (entries.containsKey(id)) {
                wantScan(new ScanDue(at.toEpochMilli(), id));
            }
            return null;
        });
    }

    /** An entry and the recipients that now are the taker's. */
    record Taken(Entry entry, List<Integer> recipients) {}

    Optional<Taken> take(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (!closed) {
                var taken = takeNow();
                if (taken.isPresent() || left <= 0) {
                    return taken;
                }
                left = awaitChange(left);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    private long awaitChange(long leftNanos) throws InterruptedException {
        long wait = Math.min(leftNanos, writable.getAsBoolean() ? untilDueNanos() : RECHECK_NANOS);
        long rest = changed.awaitNanos(wait);
        return leftNanos - (wait - rest);
    }

    private long untilDueNanos() {
        var first = due.peek();
        return first == null ? Long.MAX_VALUE : untilNanos(first.atMillis());
    }

    private long untilNanos(long atMillis) {
        return TimeUnit.MILLISECONDS.toNanos(Math.max(1, atMillis - clock.millis()));
    }

    private Optional<Taken> takeNow() {
        long now = clock.millis();
        while (writable.getAsBoolean() && !due.isEmpty() && due.peek().atMillis() <= now) {
            var first = due.remove();
            var entry = first.entry();
            if (entries.get(entry.id) != entry || first.atMillis() != entry.lookAtMillis) {
                continue;
            }
            entry.lookAtMillis = Long.MAX_VALUE;
            if (entry.nextDueMillis() > now) {
                schedule(entry);
                continue;
            }
            var recipientsDue = entry.waitingUntil(now);
            count(entry, -1);
            for (int recipient : recipientsDue) {
                entry.activate(recipient);
                entry.setInFlight(recipient, true);
            }
            count(entry, 1);
            schedule(entry);
            return Optional.of(new Taken(entry, recipientsDue));
        }
        return Optional.empty();
    }

    /**
     * Takes every recipient that waits, due or not, as {@link #take} does, so that nobody delivers what is about to change.
     * What follows is {@link #change} or {@link #release}.
     */
    List<Integer> claim(Entry entry) {
        return locked(() -> {
            if (entries.get(entry.id) != entry) {
                return List.of();
            }
            var waiting = List.copyOf(entry.waiting());
            waiting.forEach(recipient -> entry.setInFlight(recipient, true));
            return waiting;
        });
    }

    /** As {@link #claim}, but nothing if somebody delivers to any of its recipients. */
    List<Integer> claimIdle(Entry entry) {
        return locked(() -> entry.anyInFlight() ? List.of() : claim(entry));
    }

    /** Gives back what was claimed or taken, as it was. */
    void release(Entry entry, List<Integer> recipients) {
        change(entry, e -> recipients.forEach(recipient -> e.setInFlight(recipient, false)));
    }

    /** Messages whose first record is in that segment of {@code log}; looks at all, a page at a time. */
    List<Entry> beginningIn(SegmentLog log, Segment segment) {
        var found = new ArrayList<Entry>();
        Optional<QueueId> after = Optional.empty();
        while (true) {
            var page = ids(after, PAGE);
            if (page.isEmpty()) {
                return found;
            }
            locked(() -> {
                for (var id : page) {
                    var entry = entries.get(id);
                    if (entry != null
                            && entry.home().log() == log
                            && Location.segment(entry.placement.begin()) == segment.number()) {
                        found.add(entry);
                    }
                }
                return null;
            });
            after = Optional.of(page.getLast());
        }
    }

    /** Up to {@code limit} ids behind {@code after}, ascending. */
    List<QueueId> ids(Optional<QueueId> after, int limit) {
        return locked(() -> {
            var from = after.map(id -> entries.tailMap(id, false)).orElse(entries);
            var ids = new ArrayList<QueueId>();
            for (var id : from.keySet()) {
                if (ids.size() == limit) {
                    break;
                }
                ids.add(id);
            }
            return ids;
        });
    }

    /** Up to {@code limit} ids, descending. */
    List<QueueId> newest(int limit) {
        return locked(() -> entries.descendingKeySet().stream().limit(limit).toList());
    }

    QueueCounts counts() {
        return locked(() -> new QueueCounts(
                entries.size(),
                messages.getOrDefault(MessageState.TO_SCAN, 0L),
                messages.getOrDefault(MessageState.ACTIVE, 0L),
                messages.getOrDefault(MessageState.DEFERRED, 0L),
                messages.getOrDefault(MessageState.HELD, 0L),
                messages.getOrDefault(MessageState.QUARANTINED, 0L),
                recipients,
                received(entries.isEmpty() ? null : entries.firstKey()),
                received(unscanned.isEmpty() ? null : unscanned.first())));
    }

    private Optional<Instant> received(@Nullable QueueId id) {
        return Optional.ofNullable(id).map(entries::get).map(entry -> Instant.ofEpochMilli(entry.receivedMillis));
    }

    /** Ends every wait: nothing is given out any more. */
    void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
            scanWanted.signalAll();
            return null;
        });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
