package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The partitions that a queue writes to: the node's own, and those it adopted. Any number of threads. */
final class Partitions {
    private final List<QueueParts> open = new CopyOnWriteArrayList<>();

    void add(QueueParts partition) {
        open.add(partition);
    }

    void remove(QueueParts partition) {
        open.remove(partition);
    }

    /** Whether outcomes can be written and deliveries begun: of all, since it is one volume and one process that may fail. */
    boolean writable() {
        for (var partition : open) {
            if (!partition.log().writable()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether an id may have been given before this was called. Those of other nodes all may: however far their clocks are ahead, what
     * of theirs is queued here is not mail that comes in.
     */
    Predicate<QueueId> givenByNow() {
        var last = new HashMap<QueueIds, QueueId>();
        open.forEach(partition -> last.put(partition.ids(), partition.ids().last()));
        return id -> open.stream()
                .map(QueueParts::ids)
                .filter(ids -> ids.last().hasGiverOf(id))
                .allMatch(ids -> last.containsKey(ids) && id.compareTo(last.get(ids)) <= 0);
    }

    void close() throws IOException {
        for (var partition : open) {
            close(partition);
        }
    }

    /** Waits for what is being written, seals the segment, stops the writer. */
    static void close(QueueParts partition) throws IOException {
        partition.log().close("the queue is closed");
        partition.writer().close();
        partition.log().closeReaders();
    }
}
