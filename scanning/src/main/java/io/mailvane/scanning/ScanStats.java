package io.mailvane.scanning;

import io.mailvane.mail.ScanOutcome;
import io.mailvane.mail.Verdict.Action;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What became of scans since the node was started. Any number of threads. */
public final class ScanStats {
    private final Map<Action, LongAdder> session = adders();
    private final Map<Action, LongAdder> backlog = adders();
    private final LongAdder toScan = new LongAdder();
    private final LongAdder notNow = new LongAdder();
    private final LongAdder unscanned = new LongAdder();
    private final LongAdder failed = new LongAdder();

    private static Map<Action, LongAdder> adders() {
        var adders = new EnumMap<Action, LongAdder>(Action.class);
        for (var action : Action.values()) {
            adders.put(action, new LongAdder());
        }
        return adders;
    }

    private static LongAdder of(Map<Action, LongAdder> adders, Action action) {
        return Objects.requireNonNull(adders.get(action));
    }

    void countSession(ScanOutcome outcome) {
        switch (outcome) {
            case ScanOutcome.Judged(var verdict) ->
                of(session, verdict.action()).increment();
            case ScanOutcome.ToScan _ -> toScan.increment();
            case ScanOutcome.NotNow _ -> notNow.increment();
            case ScanOutcome.Unscanned _ -> unscanned.increment();
        }
    }

    void countBacklog(Action action) {
        of(backlog, action).increment();
    }

    void countFailed() {
        failed.increment();
    }

    /** Verdicts given while clients waited. */
    public long session(Action action) {
        return of(session, action).sum();
    }

    /** Verdicts given to mail that had been taken unscanned. */
    public long backlog(Action action) {
        return of(backlog, action).sum();
    }

    /** Messages that were taken, to be scanned later. */
    public long toScan() {
        return toScan.sum();
    }

    /** Messages whose clients were told to try again later, since none could be scanned. */
    public long notNow() {
        return notNow.sum();
    }

    /** Messages passed without a scan by the operator's choice. */
    public long unscanned() {
        return unscanned.sum();
    }

    /** Scans that gave no verdict although workers were there. */
    public long failed() {
        return failed.sum();
    }

    /** Messages that were to be scanned when they came, whatever became of it: what the number of workers follows. */
    public long wanted() {
        return Arrays.stream(Action.values()).mapToLong(this::session).sum() + toScan() + notNow() + unscanned();
    }
}
