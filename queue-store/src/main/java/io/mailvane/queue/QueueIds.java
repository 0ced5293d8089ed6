package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.time.InstantSource;

/**
 * Gives the queue ids of one partition: ascending, also when the clock steps back or more are asked for than a millisecond has.
 *
 * <p>A node that comes back after another adopted its partition begins the next one and knows nothing of what it gave, so ids carry the
 * partition's name and not the node's: those of two partitions differ whatever their clocks show.
 */
final class QueueIds {
    private final String giver;
    private final InstantSource clock;
    private long lastMillis;
    private int count;

    /**
     * @param giver the partition, and, where another node goes on with it, that node's own
     * @param afterMillis no id is given for this millisecond or an earlier one
     */
    QueueIds(String giver, InstantSource clock, long afterMillis) {
        this.giver = giver;
        this.clock = clock;
        this.lastMillis = afterMillis;
        this.count = QueueId.COUNTS;
    }

    /** No later time than this is in any id given so far. */
    synchronized long issuedMillis() {
        return lastMillis;
    }

    /** No id given so far is behind this one. */
    synchronized QueueId last() {
        return QueueId.of(lastMillis, count - 1, giver);
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
        return QueueId.of(lastMillis, count++, giver);
    }
}
