package io.mailvane.outbound;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One next hop: its waiting jobs, and the workers that keep a session each and take the next job. One lock. */
final class Site {
    /** What is done with a job; called by the site's workers. */
    interface Courier {
        /** Delivers and settles; the report if nobody could be connected, and the job is still open. */
        Optional<DeliveryReport.NoConnection> deliver(Job job, Transport.Session session);

        /** Another way, or deferred. */
        void noConnection(Job job, DeliveryReport.NoConnection report);
    }

    private final Routing.Way way;
    private final int capacity;
    private final long idleNanos;
    private final Courier courier;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private int workers;
    private int idle;
    private boolean draining;

    Site(Routing.Way way, int capacity, long idleNanos, Courier courier) {
        this.way = way;
        this.capacity = capacity;
        this.idleNanos = idleNanos;
        this.courier = courier;
    }

    /** @return false if it is full */
    boolean offer(Job job) {
        lock.lock();
        try {
            if (draining || jobs.size() >= capacity) {
                return false;
            }
            jobs.add(job);
            if (idle > 0) {
                added.signal();
            } else if (workers < way.connections()) {
                workers++;
                Thread.ofVirtual().name("deliver-" + way.route()).start(this::work);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try (var session = way.transport().open()) {
            for (var job = next(); job.isPresent(); job = next()) {
                var open = job.get();
                courier.deliver(open, session).ifPresent(report -> dead(open, report));
            }
        }
    }

    /** The next job; empty when there was none for a while: the worker has then signed off. */
    private Optional<Job> next() {
        lock.lock();
        try {
            long left = idleNanos;
            while (jobs.isEmpty() && left > 0 && !draining) {
                left = await(left);
            }
            if (jobs.isEmpty()) {
                workers--;
                return Optional.empty();
            }
            return Optional.of(jobs.remove());
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // The loop is the caller's.
    private long await(long nanos) {
        idle++;
        try {
            return added.awaitNanos(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            idle--;
        }
    }

    /** Nobody could be connected: what waits need not try the same. */
    private void dead(Job job, DeliveryReport.NoConnection report) {
        courier.noConnection(job, report);
        takeAll().forEach(waiting -> courier.noConnection(waiting, report));
    }

    private List<Job> takeAll() {
        lock.lock();
        try {
            var all = new ArrayList<>(jobs);
            jobs.clear();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more; what had not begun is returned. */
    List<Job> drain() {
        lock.lock();
        try {
            draining = true;
            added.signalAll();
        } finally {
            lock.unlock();
        }
        return takeAll();
    }

    /** How long what finds it full should stay away. */
    long fullWaitMillis() {
        return TimeUnit.SECONDS.toMillis(1);
    }

    boolean unused() {
        lock.lock();
        try {
            return workers == 0 && jobs.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
