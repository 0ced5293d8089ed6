package io.mailvane.queue;

import io.mailvane.mail.Lease;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * By what right a queue is written to: asked before each 250 and each delivery, so that asking costs next to nothing.
 *
 * @param lease as it is at this moment
 * @param ticker that of the lease's deadline
 */
public record Tenure(Supplier<Lease> lease, LongSupplier ticker) {
    static final String LAPSED = "the lease on the partition has lapsed";

    /** Of a partition that nobody else can come to. */
    static Tenure unlimited(String partition, long epoch) {
        var forever = new Lease(partition, epoch, Long.MAX_VALUE);
        return new Tenure(() -> forever, () -> 0);
    }

    public boolean holds() {
        return lease.get().holdsAt(ticker.getAsLong());
    }

    String partition() {
        return lease.get().partition();
    }

    long epoch() {
        return lease.get().epoch();
    }

    /** @throws QueueUnavailableException if it has lapsed: whoever owns the partition now must not be contradicted */
    void require() throws QueueUnavailableException {
        if (!holds()) {
            throw new QueueUnavailableException(LAPSED);
        }
    }
}
