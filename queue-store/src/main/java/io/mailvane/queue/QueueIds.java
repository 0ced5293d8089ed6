package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.time.InstantSource;

/** Gives queue ids: ascending within the node, also when the clock steps back or more are asked for than a millisecond has. */
final class QueueIds {
    private final String node;
    private final InstantSource clock;
    private long lastMillis;
    private int count;

    /** @param afterMillis no id is given for this millisecond or an earlier one */
    QueueIds(String node, InstantSource clock, long afterMillis) {
        this.node = node;
        this.clock = clock;
        this.lastMillis = afterMillis;
        this.count = QueueId.COUNTS;
    }

    /** No later time than this is in any id given so far. */
    synchronized long issuedMillis() {
        return lastMillis;
    }

    synchronized QueueId next() {
        long now = clock.millis();
        if (now > lastMillis) {
            lastMillis = now;
            count = 0;
        } else if (count >= QueueId.COUNTS) {
            lastMillis++;
            count = 0;
        }
        return QueueId.of(lastMillis, count++, node);
    }
}
