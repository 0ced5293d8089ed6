package io.mailvane.storage;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a volume again and again, on a thread of its own each time, one at a time: a volume that hangs holds that thread, and nobody
 * else. What it showed holds until a look that was begun ought to have answered: that nobody looked says nothing of it. Any number of
 * threads.
 */
public final class VolumeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeWatch.class);

    private final Volume volume;
    private final VolumeSettings settings;
    private final VolumeJudge judge;
    private final Executor threads;
    private final LongSupplier ticker;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile VolumeStatus last = VolumeStatus.UNKNOWN;
    /** A look that began before the latest of them shows what the volume was. */
    private long failedWrites;

    /** When the first look began that had no answer yet. */
    private volatile OptionalLong unansweredNanos = OptionalLong.empty();

    private volatile Told told = new Told(VolumeState.HEALTHY, List.of());

    /** What the log was told: figures that change are no news. */
    private record Told(VolumeState state, List<Trouble.Key> troubles) {}

    private VolumeWatch(Volume volume, VolumeSettings settings, Executor threads, LongSupplier ticker) {
        this.volume = volume;
        this.settings = settings;
        this.judge = new VolumeJudge(settings);
        this.threads = threads;
        this.ticker = ticker;
    }

    /** As {@link #open(Volume, VolumeSettings, Executor, LongSupplier)}, with a thread for each look. */
    public static VolumeWatch open(Volume volume, VolumeSettings settings, LongSupplier ticker) throws IOException {
        return open(volume, settings, VolumeWatch::inThread, ticker);
    }

    private static void inThread(Runnable look) {
        Thread.ofPlatform().daemon().name("volume-look").start(look);
    }

    /**
     * Opens a volume and has the first look at it.
     *
     * @param threads runs what may hang for ever
     * @param ticker as {@link System#nanoTime}
     * @throws IOException if it is not the right one, cannot be written, or does not answer within the deadline
     */
    public static VolumeWatch open(Volume volume, VolumeSettings settings, Executor threads, LongSupplier ticker)
            throws IOException {
        var watch = new VolumeWatch(volume, settings, threads, ticker);
        var opening = new FutureTask<Void>(() -> {
            volume.open();
            watch.lookNow();
            return null;
        });
        threads.execute(opening);
        watch.await(opening);
        return watch;
    }

    private void await(FutureTask<Void> opening) throws IOException {
        try {
            opening.get(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "the volume did not answer for " + settings.deadline().toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the volume was looked at", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new IOException("the volume: " + cause.getMessage(), cause);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Begins a look, unless one has not ended yet, and returns at once. To be called once an interval. */
    public void look() {
        tell(status());
        if (looking.compareAndSet(false, true)) {
            if (unansweredNanos.isEmpty()) {
                unansweredNanos = OptionalLong.of(ticker.getAsLong());
            }
            threads.execute(this::lookOnce);
        }
    }

    @SuppressWarnings("IllegalCatch")
    private void lookOnce() {
        try {
            lookNow();
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "volume-fault"), e);
        } finally {
            looking.set(false);
        }
    }

    private void lookNow() {
        long failedBefore = failedWrites();
        var sight = volume.look();
        unansweredNanos = OptionalLong.empty();
        take(sight, failedBefore);
    }

    private synchronized long failedWrites() {
        return failedWrites;
    }

    private synchronized void take(Sight sight, long failedBefore) {
        if (failedWrites == failedBefore) {
            last = judge.judge(last, sight);
            tell(last);
        }
    }

    /**
     * Asks, after a write to the volume failed, whether that was for want of room: if so, it is low from this moment on, and until a look
     * finds enough, and what was put by for this is given up when it returns. A volume may fill within an interval.
     */
    public void writeFailed() {
        var asking = new FutureTask<Void>(() -> {
            failed(volume.space());
            volume.makeRoom();
            return null;
        });
        threads.execute(asking);
        try {
            asking.get(settings.deadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            // The next look says what is wrong with it.
            LOG.debug("the room of the volume could not be asked for, or not be made", e);
        }
    }

    private synchronized void failed(Space space) {
        var now = judge.judge(last, new Sight(List.of(), Optional.of(space), Optional.empty(), last.copies()));
        if (last.state().accepts() && !now.state().accepts()) {
            failedWrites++;
            last = now;
            tell(now);
        }
    }

    /** As of the last look that was answered; if one waits for its answer for longer than the deadline, the volume hangs. */
    public VolumeStatus status() {
        var since = unansweredNanos;
        var age = since.isEmpty() ? Duration.ZERO : Duration.ofNanos(ticker.getAsLong() - since.getAsLong());
        return age.compareTo(settings.deadline()) > 0 ? VolumeJudge.silent(age) : last;
    }

    /** One line for each change. */
    private synchronized void tell(VolumeStatus status) {
        var now = new Told(
                status.state(), status.troubles().stream().map(Trouble::key).toList());
        if (now.equals(told)) {
            return;
        }
        told = now;
        var line = LogLine.event("alarm")
                .field("what", "volume")
                .field("state", status.state().label())
                .field("reason", String.join("; ", status.reasons()));
        switch (status.state()) {
            case HEALTHY -> LOG.info("{}", line);
            case DEGRADED -> LOG.warn("{}", line);
            case LOW, READ_ONLY, GONE, HUNG, UNKNOWN -> LOG.error("{}", line);
        }
    }
}
