package io.mailvane.queue;

import io.mailvane.mail.MessageState;
import io.mailvane.mail.QueueId;
import java.time.Instant;
import java.util.List;

/** A DSN's records inside a settlement's batch, and the entry they become. */
record DsnRecords(
        QueueId id, Payloads.Commit commit, Instant received, int begin, int chunk, int chunkLength, int end) {
    static DsnRecords write(RecordBuffer to, QueueId id, DsnComposer.Dsn dsn, Instant now) {
        int begin = to.beginRecord();
        Payloads.write(to, new Payloads.Begin(now));
        to.endRecord(RecordType.BEGIN, id);
        int chunk = to.beginRecord();
        to.putRaw(dsn.content(), 0, dsn.content().length);
        to.endRecord(RecordType.CHUNK, id);
        var commit = new Payloads.Commit(
                MessageState.ACTIVE, "-", dsn.content().length, dsn.envelope(), new byte[0], List.of(), List.of());
        int end = to.beginRecord();
        Payloads.write(to, commit);
        to.endRecord(RecordType.COMMIT, id);
        return new DsnRecords(id, commit, now, begin, chunk, dsn.content().length, end);
    }

    Entry entry(Segment segment, long base) {
        var parts = new Entry.Parts(
                received.toEpochMilli(),
                Location.of(segment.number(), base + begin),
                new long[] {Location.of(segment.number(), base + chunk)},
                new int[] {chunkLength});
        return new Entry(
                id,
                parts,
                Location.of(segment.number(), base + end),
                MessageState.ACTIVE,
                commit.envelope().recipients().size(),
                commit.sentLength());
    }
}
