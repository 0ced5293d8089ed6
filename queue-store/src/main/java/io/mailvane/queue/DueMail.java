package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.RecipientState;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives recipients that are due to who delivers them, takes back those that were not tried, and moves the times of those that wait. Nothing
 * of it is on record, but that a recipient is tried before the time that is. Any number of threads: by the index's lock a recipient is given
 * to one alone; one at a time writes for one message, as in {@link Settlement}, so that its updates are a chain.
 */
final class DueMail {
    private static final Logger LOG = LoggerFactory.getLogger(DueMail.class);

    private final Index index;
    private final InstantSource clock;
    private final Duration firstRetry;

    DueMail(QueueParts parts) {
        this.index = parts.index();
        this.clock = parts.clock();
        this.firstRetry = parts.settings().retry().first();
    }

    /** As {@link MessageQueue#takeDue}. */
    Optional<DueMessage> take(Duration timeout) throws InterruptedException {
        var taken = index.take(timeout.toNanos());
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        var entry = taken.get().entry();
        try {
            var envelope = commitInHand(entry).envelope();
            recordHastened(taken.get());
            return Optional.of(new DueMessage(
                    entry.id,
                    envelope,
                    taken.get().recipients(),
                    Instant.ofEpochMilli(entry.receivedMillis),
                    entry.sentLength));
        } catch (ClosedByInterruptException e) {
            LOG.debug("message {} is not taken", entry.id, e);
            Thread.interrupted();
            handBack(entry.id, taken.get().recipients());
            throw new InterruptedException();
        } catch (IOException e) {
            // It stays queued: damage that passes (a volume gone for a moment) must not cost mail.
            LOG.error("{}", Details.unreadable(entry.id), e);
        } catch (QueueUnavailableException e) {
            // Who could not write it has told why.
            LOG.debug("message {} is not tried now", entry.id, e);
        }
        postpone(entry.id, taken.get().recipients(), firstRetry);
        return Optional.empty();
    }

    private static Payloads.Commit commitInHand(Entry entry) throws IOException {
        var inHand = entry.inHand;
        var commit = inHand != null ? inHand : entry.home().details().commit(entry.placement);
        entry.inHand = commit;
        return commit;
    }

    /**
     * Puts on record that recipients who were given out are tried before the time that is on record for them: who goes on with the queue
     * after a crash takes them for due then, and so for in doubt.
     */
    private void recordHastened(Index.Taken taken) throws QueueUnavailableException {
        var hastened =
                taken.recipients().stream().filter(taken.entry()::hastened).toList();
        if (!hastened.isEmpty()) {
            recordBegun(taken.entry(), hastened);
        }
    }

    private void recordBegun(Entry entry, List<Integer> hastened) throws QueueUnavailableException {
        synchronized (entry) {
            var standings =
                    hastened.stream().map(recipient -> begun(entry, recipient)).toList();
            var base = index.read(entry.id, e -> e.base).orElse(MessageState.ACTIVE);
            var records = new RecordBuffer(entry.home().log().stamp(), 1 << 7);
            int at = records.beginRecord();
            Payloads.write(records, new Payloads.Update(entry.lastUpdate, base, standings));
            records.endRecord(new RecordHeader.Label(RecordType.UPDATE, RecordHeader.ALONE, entry.id.text()));
            entry.home()
                    .writer()
                    .submit(new Write(
                            records,
                            Write.Until.FORCED,
                            List.of(),
                            (segment, base0) -> index.change(entry, e -> {
                                e.lastUpdate = Location.of(segment.number(), base0 + at);
                                standings.forEach(e::apply);
                            })));
        }
    }

    private static Payloads.Standing begun(Entry entry, int recipient) {
        return new Payloads.Standing(
                recipient,
                RecipientState.ACTIVE,
                entry.attempts(recipient),
                entry.next(recipient),
                "tried before its time",
                Optional.empty());
    }

    /** As {@link MessageQueue#handBack}. */
    void handBack(QueueId id, List<Integer> recipients) {
        index.get(id).ifPresent(entry -> index.release(entry, recipients));
    }

    /** As {@link MessageQueue#postpone}. */
    void postpone(QueueId id, List<Integer> recipients, Duration wait) {
        var until = clock.instant().plus(wait);
        index.get(id)
                .ifPresent(entry -> index.change(
                        entry,
                        e -> recipients.forEach(r -> {
                            e.setInFlight(r, false);
                            e.dueAt(r, until);
                        })));
    }

    /** As {@link MessageQueue#hasten}. */
    void hasten(QueueId id, List<Integer> recipients, Instant at) {
        move(id, recipients, at, at::isBefore);
    }

    /** As {@link MessageQueue#delay}. */
    void delay(QueueId id, List<Integer> recipients, Instant at) {
        move(id, recipients, at, at::isAfter);
    }

    private void move(QueueId id, List<Integer> recipients, Instant at, Predicate<Instant> from) {
        index.get(id)
                .ifPresent(entry -> index.change(
                        entry,
                        e -> recipients.stream()
                                .filter(r -> e.has(r) && e.waiting(r) && from.test(e.next(r)))
                                .forEach(r -> e.dueAt(r, at))));
    }
}
