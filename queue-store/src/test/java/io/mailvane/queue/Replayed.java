package io.mailvane.queue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that a partition's records say, read as a node reads them at its start.
 *
 * @param queued with their contents, or {@link #UNREADABLE}
 */
record Replayed(
        Map<QueueId, Message> queued,
        Map<QueueId, MessageDetail> settled,
        List<String> findings,
        List<String> remarks) {
    static final String UNREADABLE = "unreadable";

    /** A queued message. */
    record Message(MessageDetail detail, String content) {}

    static Replayed of(SegmentStore store) throws IOException {
        return of(store, SegmentScan.Depth.START);
    }

    static Replayed of(SegmentStore store, SegmentScan.Depth depth) throws IOException {
        var replay = new Replay(store, depth);
        replay.run(Optional.of("zone-a"));
        var log = new SegmentLog(
                store,
                "zone-a",
                new RecordHeader.Stamp(0, 0),
                Tenure.unlimited("zone-a", 1),
                InstantSource.fixed(QueueKit.START),
                () -> 0);
        replay.segments().forEach(log::addExisting);
        var details = new Details(log, 0);
        var queued = new TreeMap<QueueId, Message>();
        for (var entry : replay.queued()) {
            queued.put(entry.id, new Message(describe(details, entry), content(log, details, entry)));
        }
        var settled = new TreeMap<QueueId, MessageDetail>();
        for (var entry : replay.settled()) {
            settled.put(entry.id, describe(details, entry));
        }
        return new Replayed(queued, settled, replay.findings(), replay.remarks());
    }

    /** What is shown; of one whose past attempts are damaged, without them. */
    private static MessageDetail describe(Details details, Entry entry) throws IOException {
        var snapshot = Details.Snapshot.of(entry);
        try {
            return details.describe(snapshot);
        } catch (IOException e) {
            return details.describe(snapshot, details.commit(entry.placement), List.of());
        }
    }

    private static String content(SegmentLog log, Details details, Entry entry) throws IOException {
        var commit = details.commit(entry.placement);
        try (var content = new ContentStream(log, entry.placement, commit.content(), () -> {})) {
            return new String(content.readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            return UNREADABLE;
        }
    }
}
