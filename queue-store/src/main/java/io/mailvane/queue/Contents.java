package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Function;

/** Opens what queued messages hold, each with its segment kept from being reclaimed until it is closed. Any number of threads. */
final class Contents {
    private final Index index;

    Contents(Index index) {
        this.index = index;
    }

    /** As {@link MessageQueue#content}. */
    InputStream sent(QueueId id) throws IOException {
        return open(id, Payloads.Commit::content);
    }

    /** As {@link MessageQueue#received}. */
    InputStream received(QueueId id) throws IOException {
        return open(id, commit -> Payloads.Content.bare(commit.content().length()));
    }

    private InputStream open(QueueId id, Function<Payloads.Commit, Payloads.Content> what) throws IOException {
        var placed = index.read(
                        id,
                        entry -> new Placed(
                                entry.home(), entry.placement, Optional.ofNullable(entry.inHand), pin(entry)))
                .orElseThrow(() -> new IOException("message " + id + " is not queued"));
        boolean opened = false;
        try {
            var inHand = placed.inHand();
            var commit =
                    inHand.isPresent() ? inHand.get() : placed.home().details().commit(placed.placement());
            var content = new ContentStream(placed.home().log(), placed.placement(), what.apply(commit), placed::unpin);
            opened = true;
            return content;
        } finally {
            if (!opened) {
                placed.unpin();
            }
        }
    }

    /** Where a message lies, and the segment that is kept while it is read. */
    private record Placed(
            QueueParts home, Placement placement, Optional<Payloads.Commit> inHand, Optional<Segment> segment) {
        void unpin() {
            segment.ifPresent(Segment::unpin);
        }
    }

    private static Optional<Segment> pin(Entry entry) {
        return entry.home().log().pin(entry.placement.begin());
    }
}
