package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.Verdict;
import io.mailvane.mail.WorkerState;
import io.mailvane.scanning.WorkerSettings.Access;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spreads a relay's scans over workers that come and go: each to the ready one with the fewest scans of ours, and to another
 * if that one is slow, fails or dies. Any number of threads. Of the content nothing is kept: each try reads it anew.
 */
public final class ScanPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScanPool.class);
    private static final Duration PROBE_ANSWER = Duration.ofSeconds(3);

    private final PoolSettings settings;
    private final Access access;
    private final LongSupplier nanoTime;
    private final PoolMembers members;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("scan-pool").factory());

    /** @param nanoTime the clock of {@link System#nanoTime} */
    public ScanPool(PoolSettings settings, Access access, LongSupplier nanoTime) {
        this.settings = settings;
        this.access = access;
        this.nanoTime = nanoTime;
        this.members = new PoolMembers(settings);
        threads.execute(this::watch);
    }

    /**
     * A worker that came. It gets scans once it says that it is ready.
     *
     * @param worker {@code http://HOST:PORT}, {@code https://...} with mutual TLS
     * @throws IllegalArgumentException if there is one of that name
     */
    public void add(String id, URI worker) {
        var member = new PoolMember(id, new WorkerClient(worker, access));
        members.add(member);
        threads.execute(() -> probeOnce(member));
    }

    /** No more scans for it; those that it has go on. */
    public void retire(String id) {
        members.retire(id);
    }

    /** A worker that is gone, or must go: what it still has is tried at another. */
    public void remove(String id) {
        members.remove(id).ifPresent(member -> member.client.close());
    }

    /** What it does, by id in the order in which they came. */
    public List<WorkerView> workers() {
        return members.views();
    }

    public PoolLoad load() {
        return members.load();
    }

    /**
     * Waits at most {@code timeout} for a worker that is ready, with room or without.
     *
     * @return whether there is one
     */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return members.awaitReady(timeout.toNanos());
    }

    /** Whether mail is to be scanned while its client waits, as of now. */
    public Room room() {
        return members.room();
    }

    /**
     * Has a message scanned, by another worker if the first gives no verdict.
     *
     * @throws NoWorkerException if no worker is ready, or none has room by the deadline
     * @throws ScanException if those that were tried have no verdict
     * @throws InterruptedException if the thread was interrupted, which ends the scan
     */
    public Verdict scan(ScanRequest request, Deadline deadline) throws ScanException, InterruptedException {
        var asked = new HashSet<PoolMember>();
        int tries = 0;
        Optional<ScanException> failure = Optional.empty();
        while (tries < settings.workersPerScan()) {
            PoolMember member;
            try {
                member = members.take(asked, deadline);
            } catch (NoWorkerException e) {
                throw failure.orElse(e);
            }
            boolean last = tries + 1 >= settings.workersPerScan();
            var answer = ask(member, request, last ? deadline : attempt(asked, member, deadline));
            if (answer instanceof WorkerAnswer.Said(Verdict verdict)) {
                return verdict;
            }
            asked.add(member);
            // Who has no room has begun nothing: the message had no try there.
            tries += answer instanceof WorkerAnswer.NoRoom ? 0 : 1;
            failure = Optional.of(failure(member, answer));
        }
        throw failure.orElseThrow();
    }

    private static ScanException failure(PoolMember member, WorkerAnswer answer) {
        return switch (answer) {
            case WorkerAnswer.Said said -> throw new IllegalArgumentException("a verdict is no failure");
            case WorkerAnswer.NoRoom noRoom -> new NoWorkerException(member.id + ": has no room");
            case WorkerAnswer.Failed(String reason) -> new ScanException(member.id + ": " + reason);
            case WorkerAnswer.Broken(String reason) -> new ScanException(member.id + ": " + reason);
        };
    }

    /** Half of the time at most, where another is to have the other half. */
    private Deadline attempt(Set<PoolMember> asked, PoolMember member, Deadline deadline) {
        var half = deadline.left().dividedBy(2);
        return members.hasOther(asked, member)
                ? deadline.within(half.compareTo(settings.attempt()) < 0 ? half : settings.attempt())
                : deadline;
    }

    private WorkerAnswer ask(PoolMember member, ScanRequest request, Deadline deadline) throws InterruptedException {
        long begun = nanoTime.getAsLong();
        Optional<Duration> took = Optional.empty();
        try {
            var answer = askTwice(member, request, deadline);
            took = Optional.of(answer)
                    .filter(WorkerAnswer.Said.class::isInstance)
                    .map(said -> Duration.ofNanos(nanoTime.getAsLong() - begun));
            return answer;
        } finally {
            members.release(member, took);
        }
    }

    /**
     * A connection that was idle may have been closed meanwhile, which says nothing of the worker: if it answers a probe, it is
     * asked again.
     */
    private WorkerAnswer askTwice(PoolMember member, ScanRequest request, Deadline deadline)
            throws InterruptedException {
        var answer = askOnce(member, request, deadline);
        return switch (answer) {
            case WorkerAnswer.Broken broken
            when !deadline.passed() -> probe(member, deadline) ? askOnce(member, request, deadline) : broken;
            case WorkerAnswer.Broken broken -> probeSoon(member, broken);
            case WorkerAnswer.NoRoom noRoom -> probeSoon(member, noRoom);
            case WorkerAnswer.Said said -> said;
            case WorkerAnswer.Failed failed -> failed;
        };
    }

    private WorkerAnswer askOnce(PoolMember member, ScanRequest request, Deadline deadline)
            throws InterruptedException {
        try {
            return member.client.scan(request, deadline);
        } catch (IOException e) {
            // Anything else may be the content's doing: a probe follows, and tells.
            if (e instanceof Exchange.UnreachedException) {
                missed(member, e);
            }
            return new WorkerAnswer.Broken(String.valueOf(e.getMessage()));
        }
    }

    private WorkerAnswer probeSoon(PoolMember member, WorkerAnswer answer) {
        threads.execute(() -> probeOnce(member));
        return answer;
    }

    /** Asks each worker how it is, again and again. */
    private void watch() {
        try {
            while (!closing.await(settings.probe().toNanos(), TimeUnit.NANOSECONDS)) {
                members.all().forEach(member -> threads.execute(() -> probeOnce(member)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void probeOnce(PoolMember member) {
        if (!member.probing.compareAndSet(false, true)) {
            return;
        }
        try {
            probe(member, Deadline.in(PROBE_ANSWER, nanoTime));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            member.probing.set(false);
        }
    }

    /** @return whether it is ready */
    private boolean probe(PoolMember member, Deadline deadline) throws InterruptedException {
        try {
            var status = member.client.status(deadline.within(PROBE_ANSWER));
            change(member, answering -> answering.answered(status));
            return status.state() == WorkerState.READY;
        } catch (IOException e) {
            missed(member, e);
            return false;
        }
    }

    private void missed(PoolMember member, IOException cause) {
        change(member, missing -> missing.missed(String.valueOf(cause.getMessage())));
    }

    /** Logs the turns of a worker, and those alone. */
    private void change(PoolMember member, Consumer<PoolMember> change) {
        members.turned(member, change)
                .ifPresent(turned -> LOG.info(
                        "{}",
                        LogLine.event("worker")
                                .field("id", turned.id())
                                .field("state", turned.state().label())
                                .field("reason", turned.reason())));
    }

    @Override
    public void close() {
        closing.countDown();
        members.all().forEach(member -> member.client.close());
        threads.shutdownNow();
    }
}
