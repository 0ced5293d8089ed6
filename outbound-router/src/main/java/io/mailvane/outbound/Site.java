package io.mailvane.outbound;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * One next hop: its waiting jobs, and the workers that keep a session each and take the next job. One lock, never held while a worker
 * delivers.
 *
 * <p>A next hop that takes some connections and refuses one more is not dead: the refused worker gives its job back and goes, and the
 * number of workers is only slowly raised again.
 */
final class Site {
    /** Deliveries after which one worker more is tried. */
    private static final int RAISE_AFTER = 20;

    /** What is done with a job; called by the site's workers. */
    interface Courier {
        /** Whether the way of a job is still open to it; asked by each worker before it begins. Never waits. */
        boolean isOpen(Job job);

        /** Whether a session may stay open that delivered this job last, and has no other. Never waits. */
        boolean keepsSession(Job last);

        /** Nothing is begun with it, for its way is not open any more: another way, or it waits. */
        void decideAnew(Job job);

        /** Delivers and settles; the report if nobody could be connected, and the job is still open. */
        Optional<DeliveryReport.NoConnection> deliver(Job job, Transport.Session session);

        /** Another way, or deferred. */
        void noConnection(Job job, DeliveryReport.NoConnection report);

        /** The same for a job that only waited behind one without connection. */
        void noConnectionEither(Job job, DeliveryReport.NoConnection report);

        /** Deferred for an error of our own. */
        void fault(Job job, Throwable cause);

        /** An error of our own that no job suffers from. */
        void alarm(Throwable cause);
    }

    private final Routing.Way way;
    private final int capacity;
    private final long idleNanos;
    private final Courier courier;
    private final Runnable whenUnused;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition added = lock.newCondition();
    private final ArrayDeque<Job> jobs = new ArrayDeque<>();
    private final Set<Transport.Session> sessions = new HashSet<>();
    private int waitingRecipients;
    private int workers;
    private int idle;
    /** Workers that had a connection at their last delivery. */
    private int connected;
    /** Most workers just now. */
    private int limit;

    private int deliveredSinceRaise;
    private boolean draining;

    /**
     * @param capacity recipients that may wait; one job is always taken
     * @param whenUnused called when nothing waits and nobody works any more
     */
    Site(Routing.Way way, int capacity, long idleNanos, Courier courier, Runnable whenUnused) {
        this.way = way;
        this.capacity = capacity;
        this.idleNanos = idleNanos;
        this.courier = courier;
        this.whenUnused = whenUnused;
        this.limit = way.connections();
    }

    /** @return false if it is full */
    boolean offer(Job job) {
        lock.lock();
        try {
            boolean full =
                    !jobs.isEmpty() && waitingRecipients + job.recipients().size() > capacity;
            if (draining || full) {
                return false;
            }
            add(job);
            if (jobs.size() <= idle) {
                added.signal();
            } else {
                employ();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void add(Job job) {
        jobs.add(job);
        waitingRecipients += job.recipients().size();
    }

    private void employ() {
        if (workers < limit) {
            workers++;
            Thread.ofVirtual().name("deliver-" + way.route()).start(this::work);
        }
    }

    private void work() {
        try {
            var session = way.transport().open();
            enter(session);
            workWith(session);
        } catch (RuntimeException | LinkageError e) {
            giveUp(e);
        }
        if (unused()) {
            whenUnused.run();
        }
    }

    private void workWith(Transport.Session session) {
        try (session) {
            serve(session);
        } catch (RuntimeException | LinkageError e) {
            courier.alarm(e);
        } finally {
            leave(session);
        }
    }

    private void enter(Transport.Session session) {
        lock.lock();
        try {
            sessions.add(session);
        } finally {
            lock.unlock();
        }
    }

    /** Once; again does nothing. */
    private void leave(Transport.Session session) {
        lock.lock();
        try {
            workers -= sessions.remove(session) ? 1 : 0;
        } finally {
            lock.unlock();
        }
    }

    private void serve(Transport.Session session) {
        boolean worked = false;
        Optional<Job> last = Optional.empty();
        for (var job = next(session, worked, last); job.isPresent(); job = next(session, worked, last)) {
            if (!courier.isOpen(job.get())) {
                courier.decideAnew(job.get());
                continue;
            }
            last = job;
            var report = courier.deliver(job.get(), session);
            if (report.isPresent() && isOneTooMany(job.get(), worked)) {
                leave(session);
                return;
            }
            count(worked, report.isEmpty());
            worked = report.isEmpty();
            if (report.isPresent()) {
                dead(job.get(), report.get());
            }
        }
    }

    /**
     * The next job; empty when there was none for a while, or when the session is not to wait for one: the worker has then signed off.
     *
     * @param last what it delivered before
     */
    private Optional<Job> next(Transport.Session session, boolean worked, Optional<Job> last) {
        lock.lock();
        try {
            long left = idleNanos;
            while (jobs.isEmpty()
                    && left > 0
                    && !draining
                    && last.filter(job -> !courier.keepsSession(job)).isEmpty()) {
                left = await(left);
            }
            if (jobs.isEmpty()) {
                connected -= worked ? 1 : 0;
                leave(session);
                return Optional.empty();
            }
            var job = jobs.remove();
            waitingRecipients -= job.recipients().size();
            return Optional.of(job);
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

    private void count(boolean before, boolean now) {
        lock.lock();
        try {
            connected += (now ? 1 : 0) - (before ? 1 : 0);
            deliveredSinceRaise += now ? 1 : 0;
            if (deliveredSinceRaise >= RAISE_AFTER && limit < way.connections()) {
                deliveredSinceRaise = 0;
                limit++;
                if (jobs.size() > idle) {
                    employ();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether others are connected: they get the job, and nobody takes this worker's place for a while. */
    private boolean isOneTooMany(Job job, boolean worked) {
        lock.lock();
        try {
            int others = connected - (worked ? 1 : 0);
            if (others == 0 || draining) {
                return false;
            }
            connected = others;
            limit = others;
            deliveredSinceRaise = 0;
            jobs.addFirst(job);
            waitingRecipients += job.recipients().size();
            added.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A transport that cannot even begin: what waits for it must not wait for ever. */
    private void giveUp(Throwable cause) {
        lock.lock();
        try {
            workers--;
        } finally {
            lock.unlock();
        }
        takeAll().forEach(job -> courier.fault(job, cause));
    }

    /** Nobody could be connected: what waits need not try the same. What was never to be tried there has not been. */
    private void dead(Job job, DeliveryReport.NoConnection report) {
        courier.noConnection(job, report);
        for (var waiting : takeAll()) {
            if (courier.isOpen(waiting)) {
                courier.noConnectionEither(waiting, report.untimed());
            } else {
                courier.decideAnew(waiting);
            }
        }
    }

    /** What has not begun; it is the caller's. */
    List<Job> takeAll() {
        return take(_ -> true);
    }

    /** Of what has not begun those whose way is not open any more; they are the caller's. */
    List<Job> takeShut() {
        return take(job -> !courier.isOpen(job));
    }

    private List<Job> take(Predicate<Job> which) {
        lock.lock();
        try {
            var taken = new ArrayList<Job>();
            jobs.removeIf(job -> which.test(job) && taken.add(job));
            taken.forEach(job -> waitingRecipients -= job.recipients().size());
            // What shut a way, or may have, is looked at also by those who only keep it open.
            added.signalAll();
            return taken;
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

    /** Ends what runs: the recipients are deferred. */
    void cut() {
        List<Transport.Session> running;
        lock.lock();
        try {
            draining = true;
            running = List.copyOf(sessions);
        } finally {
            lock.unlock();
        }
        running.forEach(Transport.Session::close);
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
