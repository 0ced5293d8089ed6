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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is queued, in memory: by id, by time of the next attempt, and counted by state. Any number of threads; one lock. */
final class Index {
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<QueueId, Entry> entries = new TreeMap<>();
    /** May hold an entry more than once or too early; what it says is checked against the entry. */
    private final PriorityQueue<Due> due = new PriorityQueue<>();

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

    Index(InstantSource clock) {
        this.clock = clock;
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
            return null;
        });
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

    private void schedule(Entry entry) {
        long next = entry.nextDueMillis();
        if (next != Long.MAX_VALUE) {
            due.add(new Due(next, entry));
            changed.signal();
        }
    }

    private void count(Entry entry, int sign) {
        messages.merge(entry.shown(), (long) sign, Long::sum);
        recipients += (long) sign * entry.unsettled();
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
        var first = due.peek();
        long untilDue = first == null
                ? Long.MAX_VALUE
                : TimeUnit.MILLISECONDS.toNanos(Math.max(1, first.atMillis() - clock.millis()));
        long wait = Math.min(leftNanos, untilDue);
        long rest = changed.awaitNanos(wait);
        return leftNanos - (wait - rest);
    }

    private Optional<Taken> takeNow() {
        long now = clock.millis();
        while (!due.isEmpty() && due.peek().atMillis() <= now) {
            var entry = due.remove().entry();
            if (entries.get(entry.id) != entry || entry.nextDueMillis() > now) {
                continue;
            }
            var recipientsDue = entry.due(now);
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
                Optional.ofNullable(entries.firstEntry())
                        .map(first -> Instant.ofEpochMilli(first.getValue().receivedMillis))));
    }

    /** Ends every wait: nothing is given out any more. */
    void close() {
        locked(() -> {
            closed = true;
            changed.signalAll();
            return null;
        });
    }

    private <T> T locked(java.util.function.Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
