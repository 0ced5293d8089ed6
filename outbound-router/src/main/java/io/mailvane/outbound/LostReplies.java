package io.mailvane.outbound;

import io.mailvane.mail.QueueId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Recipients that may have been taken, and are not to be tried again for a while: the queue keeps that wait, and here it is written down
 * for the next process. The oldest are forgotten first. Any number of threads.
 */
final class LostReplies {
    private static final int MOST = 20_000;

    private final ArrayDeque<Lost> all = new ArrayDeque<>();

    /** @param again when they may be tried, if nobody has them tried before */
    record Lost(QueueId id, List<Integer> recipients, Instant again) {
        Lost {
            recipients = List.copyOf(recipients);
        }
    }

    synchronized void put(Lost lost) {
        all.addLast(lost);
        if (all.size() > MOST) {
            all.removeFirst();
        }
    }

    /** Those that still wait. */
    synchronized List<Lost> waiting(Instant now) {
        all.removeIf(lost -> !lost.again().isAfter(now));
        return List.copyOf(all);
    }

    void remember(DataOutput out, Instant now) throws IOException {
        var waiting = waiting(now);
        out.writeInt(waiting.size());
        for (var lost : waiting) {
            out.writeUTF(lost.id().text());
            out.writeInt(lost.recipients().size());
            for (int recipient : lost.recipients()) {
                out.writeInt(recipient);
            }
            out.writeLong(lost.again().toEpochMilli());
        }
    }

    synchronized void recall(DataInput in, Instant now) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            var id = new QueueId(in.readUTF());
            var recipients = new ArrayList<Integer>();
            for (int more = in.readInt(); more > 0; more--) {
                recipients.add(in.readInt());
            }
            var again = Instant.ofEpochMilli(in.readLong());
            if (again.isAfter(now)) {
                all.addLast(new Lost(id, recipients, again));
            }
        }
    }
}
