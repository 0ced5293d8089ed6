package io.mailvane.queue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

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
