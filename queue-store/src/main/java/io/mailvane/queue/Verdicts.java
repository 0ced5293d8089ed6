package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives messages that wait for their scan to who scans them, and writes what the scan said. Any number of threads: the index's lock gives a
 * message to one of them; verdicts are written one at a time for one message.
 */
final class Verdicts {
    private static final Logger LOG = LoggerFactory.getLogger(Verdicts.class);

    private final Index index;
    private final InstantSource clock;
    private final Duration firstRetry;

    Verdicts(QueueParts parts) {
        this.index = parts.index();
        this.clock = parts.clock();
        this.firstRetry = parts.settings().retry().first();
    }

    /** As {@link MessageQueue#takeToScan}. */
    Optional<ToScan> takeToScan(Duration timeout) throws InterruptedException {
        var taken = index.takeToScan(timeout.toNanos());
        if (taken.isEmpty()) {
            return Optional.empty();
        }
        var entry = taken.get();
        try {
            return Optional.of(describe(entry));
        } catch (IOException e) {
            LOG.error("{}", Details.unreadable(entry.id), e);
            scanLater(entry.id, firstRetry);
            return Optional.empty();
        }
    }

    /** As {@link MessageQueue#scanLater}. */
    void scanLater(QueueId id, Duration wait) {
        index.scanLater(id, clock.instant().plus(wait));
    }

    private ToScan describe(Entry entry) throws IOException {
        var commit = commitOf(entry);
        var received = Instant.ofEpochMilli(entry.receivedMillis);
        return new ToScan(
                entry.id,
                commit.envelope(),
                commit.client(),
                received,
                commit.content().length());
    }

    /** @return false if it does not wait for one */
    boolean write(Entry entry, Judgement judgement) throws QueueUnavailableException {
        synchronized (entry) {
            boolean waits =
                    index.read(entry.id, e -> e.base == MessageState.TO_SCAN).orElse(false);
            if (waits) {
                writeAlone(entry, judged(entry, judgement));
                report(entry, judgement);
            }
            return waits;
        }
    }

    private static void report(Entry entry, Judgement judgement) {
        if (judgement.next() == MessageState.QUARANTINED) {
            LOG.info("{}", OperatorActions.held(entry.id, judgement.why()));
        }
    }

    private Payloads.Commit judged(Entry entry, Judgement judgement) throws QueueUnavailableException {
        try {
            return commitOf(entry).judged(judgement, Instant.ofEpochMilli(entry.receivedMillis));
        } catch (IOException e) {
            throw new QueueUnavailableException("message " + entry.id + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void writeAlone(Entry entry, Payloads.Commit verdict) throws QueueUnavailableException {
        var home = entry.home();
        var records = new RecordBuffer(home.log().stamp(), 1 << 10);
        int at = records.beginRecord();
        Payloads.write(records, verdict);
        int length = records.endRecord(new RecordHeader.Label(RecordType.VERDICT, 0, entry.id.text()));
        home.writer()
                .submit(new Write(
                        records,
                        Write.Until.FORCED,
                        List.of(),
                        (segment, base) -> index.change(entry, e -> {
                            e.judged(verdict, Location.of(segment.number(), base + at), length);
                            e.inHand = e.inHand == null ? null : verdict;
                        })));
    }

    private Payloads.Commit commitOf(Entry entry) throws IOException {
        var inHand = entry.inHand;
        return inHand != null ? inHand : entry.home().details().commit(entry.placement);
    }
}
