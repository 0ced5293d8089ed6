package io.mailvane.appliance.node;

import io.mailvane.appliance.config.ScanSettings;
import io.mailvane.appliance.web.ScanView;
import io.mailvane.inbound.Offered;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.mail.Secret;
import io.mailvane.queue.MessageQueue;
import io.mailvane.scanning.BacklogScans;
import io.mailvane.scanning.PoolSettings;
import io.mailvane.scanning.ScanPool;
import io.mailvane.scanning.ScanRequest;
import io.mailvane.scanning.ScanStats;
import io.mailvane.scanning.SessionScans;
import io.mailvane.scanning.WorkerSettings.Access;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/**
 * Has mail scanned by a pool of workers, while its client waits and in the queue. Who starts and stops workers adds them to the
 * pool and takes them out. Any number of threads.
 */
public final class Scanning implements AutoCloseable {
    private static final ScanOutcome NOTHING_IS_SCANNED = new ScanOutcome.Unscanned(List.of());

    private final boolean wanted;
    private final ScanStats stats = new ScanStats();
    private final ScanPool pool;
    private final SessionScans session;
    private final BacklogScans backlog;
    private final NoWorkerWatch watch;

    private Scanning(Supplier<ScanSettings> settings, MessageQueue queue, Secret token) {
        this.wanted = settings.get().wanted();
        this.pool = new ScanPool(PoolSettings.DEFAULT, new Access.Token(token), System::nanoTime);
        this.session = new SessionScans(pool, () -> policy(settings.get()), System::nanoTime, stats);
        this.backlog = BacklogScans.start(
                pool,
                new QueueBacklog(queue, InstantSource.system()),
                () -> settings.get().deadline(),
                System::nanoTime,
                stats);
        this.watch = new NoWorkerWatch(
                () -> settings.get().noWorker(), () -> pool.load().capacity() > 0, System::nanoTime);
    }

    /**
     * Begins to scan what waits in the queue, as soon as there are workers.
     *
     * @param settings whether anything is scanned is asked once, all else each time
     * @param token what workers ask for
     */
    static Scanning start(Supplier<ScanSettings> settings, MessageQueue queue, Secret token) {
        return new Scanning(settings, queue, token);
    }

    private static SessionScans.Policy policy(ScanSettings settings) {
        return new SessionScans.Policy(settings.noWorker(), settings.deadline());
    }

    /** What becomes of a message whose client waits. */
    ScanOutcome scan(Offered offered) {
        if (!wanted) {
            return NOTHING_IS_SCANNED;
        }
        var outcome = session.scan(request(offered));
        if (outcome instanceof ScanOutcome.Unscanned || outcome instanceof ScanOutcome.NotNow) {
            watch.met();
        }
        return outcome;
    }

    /** Whether mail goes unscanned, or is sent away, is told to the log. To be called every second or so. */
    void look() {
        if (wanted) {
            watch.look();
        }
    }

    private static ScanRequest request(Offered offered) {
        var envelope = offered.envelope();
        var transaction = new ScanRequest.Transaction(
                offered.id().text(),
                offered.helo(),
                offered.client().getHostAddress(),
                QueueBacklog.reversePath(envelope.reversePath()),
                QueueBacklog.mailboxes(envelope.recipients()));
        return new ScanRequest(transaction, offered.size(), offered.content()::get);
    }

    /** The workers that are asked. */
    public ScanPool pool() {
        return pool;
    }

    /** What came of the scans so far. */
    public ScanStats stats() {
        return stats;
    }

    /** @param settings that are in force */
    ScanView view(ScanSettings settings) {
        return new ScanView(settings.engines(), settings.noWorker(), pool.room(), pool.load(), stats);
    }

    /** Ends the scans that run; mail in the queue waits for others. */
    @Override
    public void close() {
        // First the pool: its scans end then, and give their mail back.
        pool.close();
        backlog.close();
    }
}
