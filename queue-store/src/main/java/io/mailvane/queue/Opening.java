package io.mailvane.queue;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a queue comes to be: its partition replayed, what is found told of, a segment of the granted epoch begun. */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private Opening() {}

    /** As {@link MessageQueue#open(QueueSettings, SegmentStore, DsnComposer, InstantSource, Tenure, Adoption.Ending)}. */
    static MessageQueue open(
            QueueSettings settings,
            SegmentStore store,
            DsnComposer composer,
            InstantSource clock,
            Tenure tenure,
            Adoption.Ending ending)
            throws IOException {
        var replay = new Replay(store, SegmentScan.Depth.START);
        replay.run(Optional.of(settings.node()));
        report(replay, tenure);
        if (tenure.epoch() <= replay.highestEpoch()) {
            throw new IOException("epoch " + tenure.epoch() + " was granted, but there are records of epoch "
                    + replay.highestEpoch());
        }
        var stamp = new RecordHeader.Stamp(tenure.epoch(), new SecureRandom().nextLong());
        var ids = new QueueIds(tenure.partition(), clock, replay.issuedMillis());
        var log = new SegmentLog(store, settings.node(), stamp, tenure, clock, ids::issuedMillis);
        replay.segments().forEach(log::addExisting);
        var partitions = new Partitions();
        var index = new Index(clock, partitions::writable);
        var details = new Details(log, settings.keepSettled());
        var writer = new GroupCommit(log, settings.segmentSize());
        var parts = new QueueParts(settings, clock, tenure, log, writer, index, details, new Totals(), ids);
        partitions.add(parts);
        load(parts, replay);
        writer.start();
        if (ending == Adoption.Ending.UNKNOWN) {
            new DoubtMarks(parts, settings.node()).markOwn(replay.queued(), replay.latestMillis());
        }
        return new MessageQueue(parts, composer, partitions);
    }

    /** Writes to the log what a replay found. */
    static void report(Replay replay, Tenure tenure) {
        replay.remarks().forEach(remark -> LOG.info("partition {}: {}", tenure.partition(), remark));
        replay.findings().forEach(finding -> reportDamage(finding, tenure));
    }

    static void reportDamage(String finding, Tenure tenure) {
        LOG.error(
                "{}",
                LogLine.event("alarm")
                        .field("what", "queue-damaged")
                        .field("partition", tenure.partition())
                        .field("reason", finding));
    }

    private static void load(QueueParts parts, Replay replay) {
        for (var entry : replay.queued()) {
            entry.home = parts;
            entry.dueIfNeverTried(parts.clock().instant());
            parts.log().pin(entry.placement.begin());
            parts.index().add(entry);
        }
        var settled = replay.settled();
        int skipped = Math.max(0, settled.size() - parts.settings().keepSettled());
        for (var entry : settled.subList(skipped, settled.size())) {
            keep(entry, parts.details());
        }
        LOG.info(
                "queue of {} opened: epoch {}, {} messages queued",
                parts.settings().node(),
                parts.log().stamp().epoch(),
                replay.queued().size());
    }

    /** Its outcome is written; if its past cannot be read, only what is shown is poorer. */
    private static void keep(Entry settled, Details details) {
        try {
            details.keep(details.describe(Details.Snapshot.of(settled)));
        } catch (IOException e) {
            LOG.warn(
                    "{}",
                    LogLine.event("alarm").field("what", "history-unreadable").field("qid", settled.id),
                    e);
        }
    }
}
