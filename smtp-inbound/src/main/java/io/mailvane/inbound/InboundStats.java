package io.mailvane.inbound;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the server counts, since it was started. Any number of threads. */
public final class InboundStats {
    private final AtomicInteger sessionsOpen = new AtomicInteger();
    private final LongAdder sessions = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder deferred = new LongAdder();
    private final LongAdder octets = new LongAdder();

    InboundStats() {}

    public int sessionsOpen() {
        return sessionsOpen.get();
    }

    /** Sessions begun. */
    public long sessions() {
        return sessions.sum();
    }

    /** Messages answered 250. */
    public long accepted() {
        return accepted.sum();
    }

    /** Messages answered 5yz after their content. */
    public long refused() {
        return refused.sum();
    }

    /** Messages answered 4yz after their content. */
    public long deferred() {
        return deferred.sum();
    }

    /** Octets of accepted content. */
    public long octets() {
        return octets.sum();
    }

    int sessionBegins() {
        sessions.increment();
        return sessionsOpen.incrementAndGet();
    }

    void sessionEnds() {
        sessionsOpen.decrementAndGet();
    }

    void acceptedMessage(long size) {
        accepted.increment();
        octets.add(size);
    }

    void refusedMessage() {
        refused.increment();
    }

    void deferredMessage() {
        deferred.increment();
    }
}
