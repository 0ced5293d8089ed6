package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.WorkerState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves scans over HTTP/1.1, a virtual thread for each. Ready only once every engine found its test messages, which are
 * tried again and again: a worker whose engine is down takes no mail until it is back.
 */
public final class ScanWorker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScanWorker.class);
    private static final Duration ASLEEP_PAUSE = Duration.ofSeconds(1);
    private static final Duration AWAKE_PAUSE = Duration.ofSeconds(20);
    private static final Duration TRY = Duration.ofSeconds(10);

    private final WorkerServer server;
    private final Engines engines;
    private final WorkerGate gate;
    private final LongSupplier nanoTime;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("scan").factory());
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch triedOrTold = new CountDownLatch(1);
    private final CountDownLatch readyOrTold = new CountDownLatch(1);
    private final CountDownLatch told = new CountDownLatch(1);

    private ScanWorker(Engines engines, WorkerSettings settings, LongSupplier nanoTime) throws IOException {
        this.engines = engines;
        this.gate = new WorkerGate(settings.capacity());
        this.nanoTime = nanoTime;
        var handler = new WorkerHandler(settings, engines, gate, nanoTime);
        this.server = WorkerServer.start(settings, handler, nanoTime, threads);
    }

    /**
     * Listens, and begins to try the engines.
     *
     * @param nanoTime the clock of {@link System#nanoTime}
     * @throws IOException if the address cannot be bound
     */
    public static ScanWorker start(WorkerSettings settings, Engines engines, LongSupplier nanoTime) throws IOException {
        var worker = new ScanWorker(engines, settings, nanoTime);
        worker.threads.execute(worker::watchEngines);
        return worker;
    }

    private void watchEngines() {
        try {
            boolean closed = false;
            while (!closed) {
                server.endStalled();
                closed = closing.await(tryEngines().toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // An error ends this thread: engines that nobody tries any more are not trusted with mail.
            if (closing.getCount() > 0) {
                asleep("its engines are no longer tried");
            }
        }
    }

    /** @return how long to wait before the next try */
    private Duration tryEngines() throws InterruptedException {
        try {
            engines.requireAwake(Deadline.in(TRY, nanoTime));
            if (gate.ready()) {
                LOG.info("{}", LogLine.event("worker").field("state", WorkerState.READY.label()));
            }
            readyOrTold.countDown();
            triedOrTold.countDown();
            return AWAKE_PAUSE;
        } catch (ScanException e) {
            asleep(String.valueOf(e.getMessage()));
            return ASLEEP_PAUSE;
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "worker-fault"), e);
            asleep("fault of an engine");
            return ASLEEP_PAUSE;
        }
    }

    private void asleep(String reason) {
        if (gate.asleep(reason)) {
            LOG.warn(
                    "{}",
                    LogLine.event("worker")
                            .field("state", WorkerState.STARTING.label())
                            .field("reason", reason));
        }
        triedOrTold.countDown();
    }

    /**
     * Waits until the engines have been tried once, or it was told to end: from then on {@link #status} says which of them does
     * not answer.
     */
    public void awaitTried() throws InterruptedException {
        triedOrTold.await();
    }

    /**
     * Waits until the engines have found their test messages for the first time.
     *
     * @return false if it was told to end before
     */
    public boolean awaitReady() throws InterruptedException {
        readyOrTold.await();
        return told.getCount() > 0;
    }

    /** Tells it to end; whoever waits in {@link #awaitEnd} goes on, to {@link #drain} it. */
    public void end() {
        told.countDown();
        triedOrTold.countDown();
        readyOrTold.countDown();
    }

    /** Tells it to end when that process has ended, or is not there: nobody is left to scan for. */
    public void endWith(long pid) {
        Thread.ofVirtual().name("scan-parent").start(() -> {
            ProcessHandle.of(pid).ifPresent(parent -> parent.onExit().join());
            end();
        });
    }

    /** Waits until it is told to end. */
    public void awaitEnd() throws InterruptedException {
        told.await();
    }

    /** Where it listens; the port is the real one. */
    public InetSocketAddress address() {
        return server.address();
    }

    public WorkerStatus status() {
        return gate.status();
    }

    /** Takes no scan from now on, waits for those that run up to the deadline, and ends. */
    public void drain(Duration most) throws InterruptedException {
        LOG.info("{}", LogLine.event("worker").field("state", WorkerState.DRAINING.label()));
        gate.drain(Deadline.in(most, nanoTime));
        close();
    }

    /** Ends at once. Scans that run are cut off: who asked tries another worker. */
    @Override
    public void close() {
        end();
        closing.countDown();
        server.close();
        threads.shutdownNow();
    }
}
