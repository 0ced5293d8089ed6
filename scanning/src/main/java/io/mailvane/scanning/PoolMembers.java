package io.mailvane.scanning;

import io.mailvane.mail.WorkerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The workers of a pool: who is asked next, and who waits for one. Any number of threads. */
final class PoolMembers {
    /** A new scan counts for a tenth of what scans take. */
    private static final int MEMORY = 10;

    private final PoolSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, PoolMember> members = new LinkedHashMap<>();
    private Duration service = Duration.ZERO;
    private Room room = Room.NONE;
    private int waiting;

    PoolMembers(PoolSettings settings) {
        this.settings = settings;
    }

    /** @throws IllegalArgumentException if there is one of that name */
    void add(PoolMember member) {
        lock.lock();
        try {
            if (members.putIfAbsent(member.id, member) != null) {
                throw new IllegalArgumentException("there is a worker " + member.id);
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<PoolMember> remove(String id) {
        lock.lock();
        try {
            var removed = Optional.ofNullable(members.remove(id));
            changed.signalAll();
            return removed;
        } finally {
            lock.unlock();
        }
    }

    List<PoolMember> all() {
        lock.lock();
        try {
            return List.copyOf(members.values());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes a member; whoever waits looks again.
     *
     * @return how it is, if its state turned, or another engine of it does not answer
     */
    Optional<WorkerView> turned(PoolMember member, Consumer<PoolMember> change) {
        lock.lock();
        try {
            var before = member.view();
            change.accept(member);
            changed.signalAll();
            return Optional.of(member.view()).filter(view -> turns(before, view));
        } finally {
            lock.unlock();
        }
    }

    private static boolean turns(WorkerView before, WorkerView now) {
        boolean starting = now.state() == WorkerState.STARTING;
        return now.state() != before.state() || (starting && !now.reason().equals(before.reason()));
    }

    void retire(String id) {
        lock.lock();
        try {
            Optional.ofNullable(members.get(id)).ifPresent(PoolMember::retire);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes room at the ready worker with the fewest scans of ours, waiting for it if need be; to be given back by
     * {@link #release}.
     *
     * @param but these had their try
     * @throws NoWorkerException if no other is ready, or none has room by the deadline
     */
    PoolMember take(Set<PoolMember> but, Deadline deadline) throws NoWorkerException, InterruptedException {
        lock.lock();
        try {
            requireRoomToWait();
            waiting++;
            try {
                return await(but, deadline);
            } finally {
                waiting--;
            }
        } finally {
            lock.unlock();
        }
    }

    private void requireRoomToWait() throws NoWorkerException {
        if (waiting >= settings.mostWaiting() && members.values().stream().noneMatch(PoolMember::hasRoom)) {
            throw new NoWorkerException("too many scans wait for a worker");
        }
    }

    private PoolMember await(Set<PoolMember> but, Deadline deadline) throws NoWorkerException, InterruptedException {
        long nanos = deadline.leftNanos();
        while (true) {
            var others = members.values().stream()
                    .filter(member -> member.ready() && !but.contains(member))
                    .toList();
            if (others.isEmpty()) {
                throw new NoWorkerException(
                        but.isEmpty() ? "no scan worker is ready" : "no other scan worker is ready");
            }
            var free =
                    others.stream().filter(PoolMember::hasRoom).min(Comparator.comparingInt(member -> member.inFlight));
            if (free.isPresent()) {
                free.get().inFlight++;
                return free.get();
            }
            if (nanos <= 0) {
                throw new NoWorkerException("no scan worker has room in time");
            }
            nanos = changed.awaitNanos(nanos);
        }
    }

    boolean awaitReady(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = timeoutNanos;
            while (left > 0 && members.values().stream().noneMatch(PoolMember::ready)) {
                left = changed.awaitNanos(left);
            }
            return left > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a scan that this member does not end could be tried at another. */
    boolean hasOther(Set<PoolMember> but, PoolMember than) {
        lock.lock();
        try {
            return members.values().stream()
                    .anyMatch(member -> member.ready() && member != than && !but.contains(member));
        } finally {
            lock.unlock();
        }
    }

    /** @param took what the scan took; absent if it had no verdict */
    void release(PoolMember member, Optional<Duration> took) {
        lock.lock();
        try {
            member.inFlight--;
            took.ifPresent(this::remember);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void remember(Duration took) {
        service = service.isZero()
                ? took
                : service.multipliedBy(MEMORY - 1L).plus(took).dividedBy(MEMORY);
    }

    PoolLoad load() {
        lock.lock();
        try {
            int capacity =
                    members.values().stream().mapToInt(PoolMember::capacity).sum();
            int running = members.values().stream()
                    .filter(PoolMember::ready)
                    .mapToInt(member -> member.inFlight)
                    .sum();
            return new PoolLoad(capacity, running, waiting, service);
        } finally {
            lock.unlock();
        }
    }

    Room room() {
        lock.lock();
        try {
            room = room.next(load(), settings.room());
            return room;
        } finally {
            lock.unlock();
        }
    }

    List<WorkerView> views() {
        lock.lock();
        try {
            var views = new ArrayList<WorkerView>();
            members.values().forEach(member -> views.add(member.view()));
            return List.copyOf(views);
        } finally {
            lock.unlock();
        }
    }
}
