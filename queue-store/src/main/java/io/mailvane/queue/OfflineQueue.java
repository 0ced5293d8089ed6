package io.mailvane.queue;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A partition read whole without a node, every octet checked. Nothing in it is changed. One thread.
 *
 * <p>Nobody may write to the partition meanwhile: see {@link PartitionLock#requireFree}.
 */
public final class OfflineQueue {
    private final Replay replay;
    private final SegmentLog log;
    private final Details details;

    private OfflineQueue(Replay replay, SegmentLog log) {
        this.replay = replay;
        this.log = log;
        this.details = new Details(log, 0);
    }

    /**
     * @throws LaterFormatException if a later version wrote some of it
     * @throws IOException if not even its segments can be listed; one that cannot be read is a finding
     */
    public static OfflineQueue read(SegmentStore store) throws IOException {
        var replay = new Replay(store, SegmentScan.Depth.EVERYTHING);
        replay.run(Optional.empty());
        // Only read from: neither stamp nor clock is ever used.
        var log = new SegmentLog(
                store,
                "",
                new RecordHeader.Stamp(0, 0),
                Tenure.unlimited("", 1),
                InstantSource.fixed(Instant.EPOCH),
                () -> 0);
        replay.segments().forEach(log::addExisting);
        return new OfflineQueue(replay, log);
    }

    /** How many segments there are. */
    public int segments() {
        return replay.segments().size();
    }

    /** How many messages are queued, those that lost a part among them. */
    public int messages() {
        return replay.queued().size();
    }

    /** Damage, a sentence each, in the order of the segments. */
    public List<String> findings() {
        return replay.findings();
    }

    /** What looks odd and is not damage: the ends that a crash tore. */
    public List<String> remarks() {
        return replay.remarks();
    }

    /** Messages that are queued, in the order of their acceptance. */
    List<Entry> queued() {
        return replay.queued();
    }

    /** Messages whose COMMIT is not there: given up by their clients, or lost to damage. */
    List<Content> uncommitted() {
        var contents = new ArrayList<Content>();
        replay.uncommitted().forEach((id, placement) -> contents.add(new Content(id, placement)));
        return contents;
    }

    /** Content without an envelope. */
    record Content(String id, Placement placement) {}

    MessageDetail describe(Entry entry) throws IOException {
        return details.describe(Details.Snapshot.of(entry));
    }

    ContentStream content(Entry entry) throws IOException {
        return new ContentStream(
                log, entry.placement, details.commit(entry.placement).content(), () -> {});
    }

    ContentStream content(Content uncommitted) {
        var placement = uncommitted.placement();
        return new ContentStream(log, placement, Payloads.Content.bare(placement.length()), () -> {});
    }
}
