package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Scans the mail that was taken unscanned: as much at once as the workers run, each message on a virtual thread, one that waits
 * for the next. While no worker is ready it takes nothing, so that a backlog of any length costs no work and no memory.
 */
public final class BacklogScans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BacklogScans.class);
    private static final int MOST = 200;
    /** How long one wait for mail or workers lasts before it begins anew. */
    private static final Duration LOOK = Duration.ofMinutes(1);

    /** Until a message is tried again for which there was no room. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** A message whose scan failed so often, and for so long, is kept for an operator: nobody else ends it. */
    private static final int TRIES = 8;

    private static final Duration TRIED = Duration.ofHours(4);
    /** Of so many is remembered how often they failed. One that is forgotten is tried more often. */
    private static final int REMEMBERED = 10_000;

    private static final Duration SHORTEST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final ScanPool pool;
    private final Backlog backlog;
    private final Supplier<Duration> deadline;
    private final LongSupplier nanoTime;
    private final ScanStats stats;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> failures = new ConcurrentHashMap<>();
    private int running;

    private BacklogScans(
            ScanPool pool, Backlog backlog, Supplier<Duration> deadline, LongSupplier nanoTime, ScanStats stats) {
        this.pool = pool;
        this.backlog = backlog;
        this.deadline = deadline;
        this.nanoTime = nanoTime;
        this.stats = stats;
    }

    /**
     * Begins to scan.
     *
     * @param deadline what a scan may take, all tries together
     * @param nanoTime the clock of {@link System#nanoTime}
     */
    public static BacklogScans start(
            ScanPool pool, Backlog backlog, Supplier<Duration> deadline, LongSupplier nanoTime, ScanStats stats) {
        var scans = new BacklogScans(pool, backlog, deadline, nanoTime, stats);
        scans.run(scans::takeAll);
        return scans;
    }

    private void takeAll() {
        try {
            while (!closing.await(0, TimeUnit.NANOSECONDS)) {
                if (pool.awaitReady(LOOK)) {
                    awaitTurn();
                    takeNext();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeNext() throws InterruptedException {
        boolean begun = false;
        try {
            var next = backlog.take(LOOK);
            next.ifPresent(this::begin);
            begun = next.isPresent();
        } catch (RuntimeException e) {
            LOG.error("{}", fault("-", e), e);
            closing.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } finally {
            if (!begun) {
                giveTurnBack();
            }
        }
    }

    /** As many as the workers run, so that sessions find no queue of ours before them. */
    private void awaitTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (running >= Math.clamp(pool.load().capacity(), 1, MOST)) {
                ended.await();
            }
            running++;
        } finally {
            lock.unlock();
        }
    }

    private void giveTurnBack() {
        lock.lock();
        try {
            running--;
            ended.signal();
        } finally {
            lock.unlock();
        }
    }

    private void begin(Backlog.Waiting waiting) {
        run(() -> {
            try {
                if (!scan(waiting)) {
                    // Whatever ails the workers: a long backlog must not run through them, and through the log, at full
                    // speed.
                    closing.await(SOON.toSeconds(), TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                giveTurnBack();
            }
        });
    }

    private void run(Runnable work) {
        var thread = Thread.ofVirtual().name("backlog-scan").unstarted(() -> {
            try {
                work.run();
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    /** @return whether there was a verdict */
    private boolean scan(Backlog.Waiting waiting) {
        var qid = waiting.request().transaction().qid();
        var wait = patience(waiting.age());
        boolean judged = false;
        try {
            judged = settle(qid, verdict(waiting));
        } catch (NoWorkerException e) {
            wait = SOON;
        } catch (ScanException e) {
            LOG.warn("{}", SessionScans.failed(waiting.request(), e), e);
            stats.countFailed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("{}", because(LogLine.event("alarm").field("what", "verdict-not-written"), qid, e), e);
        } catch (RuntimeException e) {
            LOG.error("{}", fault(qid, e), e);
        } finally {
            if (!judged) {
                backlog.later(qid, wait);
            }
        }
        return judged;
    }

    private boolean settle(String qid, Verdict verdict) throws IOException {
        boolean judged = verdict.action() != Verdict.Action.DEFER;
        if (judged) {
            backlog.judge(qid, verdict);
            failures.remove(qid);
        }
        stats.countBacklog(verdict.action());
        return judged;
    }

    /** What the workers say; of a message that has broken them for long enough, that it is kept. */
    private Verdict verdict(Backlog.Waiting waiting) throws ScanException, InterruptedException {
        try {
            return pool.scan(waiting.request(), Deadline.in(deadline.get(), nanoTime));
        } catch (NoWorkerException e) {
            throw e;
        } catch (ScanException e) {
            int failed = countFailure(waiting.request().transaction().qid());
            if (failed >= TRIES && waiting.age().compareTo(TRIED) >= 0) {
                return unscannable(failed, e);
            }
            throw e;
        }
    }

    private int countFailure(String qid) {
        if (failures.size() >= REMEMBERED) {
            failures.clear();
        }
        return failures.merge(qid, 1, Integer::sum);
    }

    private static Verdict unscannable(int failed, ScanException cause) {
        var reason = new Verdict.Reason("scan", "failed " + failed + " times, the last time: " + cause.getMessage());
        return new Verdict(Verdict.Action.QUARANTINE, List.of(reason), List.of(ResultField.NOT_SCANNED));
    }

    /** Half of a message's age: soon while it is young, seldom once it has failed for long; nothing need be remembered. */
    static Duration patience(Duration age) {
        var half = age.dividedBy(2);
        if (half.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return half.compareTo(LONGEST) > 0 ? LONGEST : half;
    }

    private static LogLine fault(String qid, RuntimeException cause) {
        return because(LogLine.event("alarm").field("what", "scan-fault"), qid, cause);
    }

    private static LogLine because(LogLine alarm, String qid, Exception cause) {
        return alarm.field("qid", qid).field("reason", String.valueOf(cause.getMessage()));
    }

    /** Ends what runs, and waits for it; its mail waits for another scan. */
    @Override
    public void close() {
        closing.countDown();
        boolean interrupted = false;
        while (!threads.isEmpty()) {
            for (var thread : threads) {
                thread.interrupt();
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
