package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks what the former owner of a partition may have been delivering when it stopped: whoever looks at it is told, and the log says it of
 * each.
 *
 * @param node whose mail the partition took
 */
record DoubtMarks(QueueParts parts, String node) {
    private static final Logger LOG = LoggerFactory.getLogger(DoubtMarks.class);
    /** So many marks are forced at once. */
    private static final int MARKS = 500;
    /** The owner went by its own clock, which may have been ahead of ours, and of the latest time that it wrote. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    /**
     * Marks those that are due, and returns when all marks are forced.
     *
     * @param queued which nobody can take yet
     * @param latestMillis that the owner's clock has surely shown
     * @return how many
     */
    int mark(List<Entry> queued, long latestMillis) throws QueueUnavailableException {
        long due = due(latestMillis);
        var doubtful = doubtful(queued, due);
        markAll(doubtful, due);
        doubtful.forEach(this::tell);
        return doubtful.size();
    }

    /**
     * As {@link #mark}, of a former process of our own: if the marks cannot be written now, the log alone says it, for nobody else goes on
     * with this mail.
     */
    void markOwn(List<Entry> queued, long latestMillis) {
        long due = due(latestMillis);
        var doubtful = doubtful(queued, due);
        doubtful.forEach(this::tell);
        try {
            markAll(doubtful, due);
        } catch (QueueUnavailableException e) {
            LOG.warn("messages that are in doubt are not marked, but told of above", e);
        }
    }

    private long due(long latestMillis) {
        return Math.max(parts.clock().millis(), latestMillis) + CLOCKS_DIFFER.toMillis();
    }

    private static List<Entry> doubtful(List<Entry> queued, long due) {
        return queued.stream()
                .filter(entry -> entry.base == MessageState.ACTIVE)
                .filter(entry -> !entry.waitingUntil(due).isEmpty())
                .toList();
    }

    private void markAll(List<Entry> doubtful, long due) throws QueueUnavailableException {
        for (int from = 0; from < doubtful.size(); from += MARKS) {
            markAtOnce(doubtful.subList(from, Math.min(from + MARKS, doubtful.size())), due);
        }
    }

    /** A mark that is on its way, and where it is among those of its write. */
    private record Mark(Entry entry, int at, List<Payloads.Standing> standings) {
        void isWritten(Segment segment, long base) {
            entry.lastUpdate = Location.of(segment.number(), base + at);
            standings.forEach(entry::apply);
        }
    }

    private void markAtOnce(List<Entry> doubtful, long due) throws QueueUnavailableException {
        var records = new RecordBuffer(parts.log().stamp(), MARKS << 7);
        var marks = new ArrayList<Mark>(doubtful.size());
        for (var entry : doubtful) {
            entry.dueIfNeverTried(parts.clock().instant());
            var standings = entry.waitingUntil(due).stream()
                    .map(recipient -> inDoubt(entry, recipient))
                    .toList();
            marks.add(new Mark(entry, records.beginRecord(), standings));
            Payloads.write(records, new Payloads.Update(entry.lastUpdate, entry.base, standings));
            records.endRecord(new RecordHeader.Label(RecordType.UPDATE, RecordHeader.ALONE, entry.id.text()));
        }
        parts.writer()
                .submit(new Write(
                        records,
                        Write.Until.FORCED,
                        List.of(),
                        (segment, base) -> marks.forEach(mark -> mark.isWritten(segment, base))));
    }

    private Payloads.Standing inDoubt(Entry entry, int recipient) {
        return new Payloads.Standing(
                recipient,
                entry.state(recipient),
                entry.attempts(recipient),
                entry.next(recipient),
                "in doubt: " + node + " may have been delivering it when it stopped",
                Optional.empty());
    }

    private void tell(Entry entry) {
        var lease = parts.tenure().lease().get();
        LOG.info(
                "{}",
                LogLine.event("lease")
                        .field("state", "in-doubt")
                        .field("partition", lease.partition())
                        .field("epoch", lease.epoch())
                        .field("qid", entry.id));
    }
}
