package io.mailvane.queue;

import io.mailvane.mail.RecipientState;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Counts what passed through since the start. Any number of threads. */
final class Totals {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder relayed = new LongAdder();
    private final LongAdder deferred = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder deleted = new LongAdder();
    private final LongAdder dsns = new LongAdder();
    private final LongAdder undeliverable = new LongAdder();

    void countAccepted() {
        accepted.increment();
    }

    /** @param reported whether their sender is told by a DSN */
    void count(List<Payloads.Standing> standings, boolean reported) {
        for (var standing : standings) {
            switch (standing.state()) {
                case RELAYED -> relayed.increment();
                case DEFERRED -> deferred.increment();
                case FAILED -> failed.increment();
                case EXPIRED -> expired.increment();
                case DELETED -> deleted.increment();
                case ACTIVE, HELD -> {}
            }
            boolean lost = standing.state() == RecipientState.FAILED || standing.state() == RecipientState.EXPIRED;
            if (lost && !reported) {
                undeliverable.increment();
            }
        }
        if (reported) {
            dsns.increment();
        }
    }

    QueueTotals now() {
        return new QueueTotals(
                accepted.sum(),
                relayed.sum(),
                deferred.sum(),
                failed.sum(),
                expired.sum(),
                deleted.sum(),
                dsns.sum(),
                undeliverable.sum());
    }
}
