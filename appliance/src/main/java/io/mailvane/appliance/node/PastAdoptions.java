package io.mailvane.appliance.node;

import io.mailvane.appliance.web.PartitionStatus;
import io.mailvane.appliance.web.Takeovers;
import io.mailvane.appliance.web.Takeovers.Takeover;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/** What this node adopted since it began: the last ones, and the sums of all. Any number of threads. */
final class PastAdoptions {
    private static final int KEPT = 10;

    private final Deque<Past> last = new ArrayDeque<>();
    private long count;
    /** Of those that are not kept any more. */
    private long messages;

    private long inDoubt;

    private record Past(
            String partition, long epoch, Supplier<PartitionStatus.Adopted> how, Optional<Instant> finished) {
        Takeover shown() {
            return new Takeover(partition, epoch, how.get(), finished);
        }
    }

    /** @param how is asked again: more may be found */
    synchronized void add(String partition, long epoch, Supplier<PartitionStatus.Adopted> how) {
        count++;
        last.addFirst(new Past(partition, epoch, how, Optional.empty()));
        if (last.size() > KEPT) {
            var forgotten = last.removeLast().how().get();
            messages += forgotten.messages();
            inDoubt += forgotten.inDoubt();
        }
    }

    /** Its last message has left. Its counts stay as they are now. */
    synchronized void finished(String partition, long epoch, Instant at) {
        var kept = last.stream()
                .map(each -> each.partition().equals(partition) && each.epoch() == epoch ? ended(each, at) : each)
                .toList();
        last.clear();
        last.addAll(kept);
    }

    private static Past ended(Past past, Instant at) {
        var how = past.how().get();
        return new Past(past.partition(), past.epoch(), () -> how, Optional.of(at));
    }

    synchronized Takeovers takeovers() {
        var shown = last.stream().map(Past::shown).toList();
        return new Takeovers(
                count,
                messages
                        + shown.stream()
                                .mapToLong(each -> each.how().messages())
                                .sum(),
                inDoubt + shown.stream().mapToLong(each -> each.how().inDoubt()).sum(),
                shown);
    }
}
