package io.mailvane.outbound;

import io.mailvane.queue.DueMessage;
import java.util.List;

/**
 * Recipients of one message with the same next hop: no content, only what finds it.
 *
 * @param recipients indexes in the envelope
 * @param way which of the ways is tried
 */
record Job(DueMessage message, List<Integer> recipients, Routing.Ways ways, int way, long takenNanos) {
    Routing.Way current() {
        return ways.ways().get(way);
    }

    boolean hasNextWay() {
        return way + 1 < ways.ways().size();
    }

    Job onNextWay() {
        return new Job(message, recipients, ways, way + 1, takenNanos);
    }
}
