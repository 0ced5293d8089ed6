package io.mailvane.storage;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks GlusterFS now and then how the copies of a volume stand, on a thread of its own, one question at a time; and has it begin to heal
 * when a brick is back, instead of at its own next round. Any number of threads.
 */
final class GlusterWatch {
    private static final Logger LOG = LoggerFactory.getLogger(GlusterWatch.class);
    /** How much oftener it is asked while something is wrong. */
    private static final int HURRY = 3;
    /** What is older than so many intervals says nothing any more. */
    private static final int STALE = 3;

    private final GlusterCommand gluster;
    private final GlusterSettings settings;
    private final Executor threads;
    private final LongSupplier ticker;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Answer last;
    /** A brick was down, and what it missed is not known to be on its way. By the thread that asks. */
    private boolean healOwed;

    /**
     * How the copies stood.
     *
     * @param copies absent: it could not be found out
     * @param atNanos when it was asked
     */
    record Answer(List<Trouble> troubles, Optional<Copies> copies, long atNanos) {
        Answer {
            troubles = List.copyOf(troubles);
        }
    }

    GlusterWatch(GlusterSettings settings, Executor threads, LongSupplier ticker) {
        this.gluster = new GlusterCommand(settings);
        this.settings = settings;
        this.threads = threads;
        this.ticker = ticker;
        this.last = new Answer(
                List.of(),
                Optional.empty(),
                ticker.getAsLong() - settings.interval().toNanos());
    }

    /** What it said last; begins to ask again if that is long ago. Returns at once. */
    Answer look(String volume) {
        var interval = last.troubles().isEmpty()
                ? settings.interval()
                : settings.interval().dividedBy(HURRY);
        if (age(last).compareTo(interval) >= 0 && asking.compareAndSet(false, true)) {
            threads.execute(() -> askOnce(volume));
        }
        return age(last).compareTo(settings.interval().multipliedBy(STALE)) <= 0 ? last : stale(last);
    }

    private Duration age(Answer answer) {
        return Duration.ofNanos(ticker.getAsLong() - answer.atNanos());
    }

    private Answer stale(Answer answer) {
        var trouble = Trouble.of(
                Trouble.Kind.COPIES_UNKNOWN,
                "gluster has not said for " + age(answer).toSeconds() + " s how the copies stand");
        return new Answer(List.of(trouble), Optional.empty(), answer.atNanos());
    }

    @SuppressWarnings("IllegalCatch")
    private void askOnce(String volume) {
        try {
            last = ask(volume, ticker.getAsLong());
        } catch (RuntimeException e) {
            LOG.error("{}", LogLine.event("alarm").field("what", "volume-fault"), e);
        } finally {
            asking.set(false);
        }
    }

    private Answer ask(String volume, long now) {
        try {
            var facts = GlusterFacts.ask(gluster, volume);
            var troubles = new ArrayList<>(GlusterJudge.judge(facts));
            heal(volume, facts.copies()).ifPresent(troubles::add);
            return new Answer(troubles, Optional.of(facts.copies()), now);
        } catch (IOException e) {
            var trouble = Trouble.of(
                    Trouble.Kind.COPIES_UNKNOWN, "how the copies stand is not known: " + DurableFiles.reason(e));
            return new Answer(List.of(trouble), Optional.empty(), now);
        }
    }

    private Optional<Trouble> heal(String volume, Copies copies) {
        if (copies.up() < copies.all()) {
            healOwed = true;
        } else if (copies.toHeal() == 0) {
            healOwed = false;
        }
        if (!healOwed || copies.up() < copies.all()) {
            return Optional.empty();
        }
        try {
            gluster.order("volume heal " + volume);
            healOwed = false;
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(new Trouble(
                    Trouble.Kind.HEALING, "order", "the healing cannot be begun: " + DurableFiles.reason(e)));
        }
    }
}
