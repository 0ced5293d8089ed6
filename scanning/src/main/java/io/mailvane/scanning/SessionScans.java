package io.mailvane.scanning;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.ScanOutcome;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Scans mail while its client waits, as long as the workers have room for it. Any number of threads. */
public final class SessionScans {
    private static final Logger LOG = LoggerFactory.getLogger(SessionScans.class);

    private final ScanPool pool;
    private final Supplier<Policy> policy;
    private final LongSupplier nanoTime;
    private final ScanStats stats;

    /**
     * What may change while a node runs.
     *
     * @param deadline what a scan may take, all tries together
     */
    public record Policy(NoWorker noWorker, Duration deadline) {}

    /** @param nanoTime the clock of {@link System#nanoTime} */
    public SessionScans(ScanPool pool, Supplier<Policy> policy, LongSupplier nanoTime, ScanStats stats) {
        this.pool = pool;
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.stats = stats;
    }

    /** What becomes of a message whose client waits. A scan that failed, or was interrupted, is never a clean one. */
    public ScanOutcome scan(ScanRequest request) {
        var outcome = pool.load().capacity() == 0 ? withoutWorker() : withWorkers(request);
        stats.countSession(outcome);
        return outcome;
    }

    private ScanOutcome withWorkers(ScanRequest request) {
        if (!pool.room().open()) {
            return new ScanOutcome.ToScan();
        }
        try {
            var deadline = Deadline.in(policy.get().deadline(), nanoTime);
            return new ScanOutcome.Judged(pool.scan(request, deadline));
        } catch (NoWorkerException e) {
            // They are there and have no room: the queue takes the burst.
            return pool.load().capacity() == 0 ? withoutWorker() : new ScanOutcome.ToScan();
        } catch (ScanException e) {
            LOG.warn("{}", failed(request, e), e);
            stats.countFailed();
            // It may be the message that breaks them: it of all mail does not pass unscanned.
            return policy.get().noWorker() == NoWorker.TEMPFAIL ? new ScanOutcome.NotNow() : new ScanOutcome.ToScan();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ScanOutcome.NotNow();
        }
    }

    private ScanOutcome withoutWorker() {
        return switch (policy.get().noWorker()) {
            case QUEUE -> new ScanOutcome.ToScan();
            case TEMPFAIL -> new ScanOutcome.NotNow();
            case PASS_MARKED -> new ScanOutcome.Unscanned(List.of(ResultField.NOT_SCANNED));
        };
    }

    static LogLine failed(ScanRequest request, ScanException cause) {
        return LogLine.event("alarm")
                .field("what", "scan-failed")
                .field("qid", request.transaction().qid())
                .field("reason", String.valueOf(cause.getMessage()));
    }
}
