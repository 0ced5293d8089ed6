package io.mailvane.appliance.node;

import io.mailvane.appliance.web.ScanView;
import io.mailvane.mail.LogLine;
import io.mailvane.scanning.NoWorker;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log when mail is passed unscanned or sent away because no worker is ready, and when that ends. Mail that waits for a
 * worker to start is as it should be. Any number of threads.
 */
final class NoWorkerWatch {
    private static final Logger LOG = LoggerFactory.getLogger(NoWorkerWatch.class);
    /** The first worker of a node takes some seconds to start; longer than this none is told of also where no mail comes. */
    private static final Duration TO_START = Duration.ofSeconds(15);

    private final Supplier<NoWorker> policy;
    private final BooleanSupplier isReady;
    private final LongSupplier nanoTime;
    private Optional<NoWorker> told = Optional.empty();
    private OptionalLong sinceNanos = OptionalLong.empty();
    private long messages;

    /**
     * @param policy may change
     * @param isReady whether a worker is
     * @param nanoTime the clock of {@link System#nanoTime}
     */
    NoWorkerWatch(Supplier<NoWorker> policy, BooleanSupplier isReady, LongSupplier nanoTime) {
        this.policy = policy;
        this.isReady = isReady;
        this.nanoTime = nanoTime;
    }

    /** A message was passed unscanned, or sent away. If no worker is ready, that is why. */
    synchronized void met() {
        var now = inForce();
        tell(now);
        if (now.isPresent()) {
            messages++;
        }
    }

    /** To be called every second or so. */
    synchronized void look() {
        var now = inForce();
        if (now.isEmpty()) {
            sinceNanos = OptionalLong.empty();
        } else if (sinceNanos.isEmpty()) {
            sinceNanos = OptionalLong.of(nanoTime.getAsLong());
        }
        if (now.isEmpty() || told.isPresent() || isLasting()) {
            tell(now);
        }
    }

    private boolean isLasting() {
        return sinceNanos.isPresent() && nanoTime.getAsLong() - sinceNanos.getAsLong() >= TO_START.toNanos();
    }

    private Optional<NoWorker> inForce() {
        return isReady.getAsBoolean()
                ? Optional.empty()
                : Optional.of(policy.get()).filter(choice -> choice != NoWorker.QUEUE);
    }

    private void tell(Optional<NoWorker> now) {
        if (now.equals(told)) {
            return;
        }
        told = now;
        if (now.isPresent()) {
            LOG.warn("{}", line("begun").field("reason", ScanView.withoutWorker(now.get())));
        } else {
            var reason = isReady.getAsBoolean() ? "a scan worker is ready" : ScanView.withoutWorker(NoWorker.QUEUE);
            LOG.info("{}", line("over").field("reason", reason).field("messages", messages));
            messages = 0;
        }
    }

    private static LogLine line(String state) {
        return LogLine.event("alarm").field("what", "no-worker").field("state", state);
    }
}
