package io.mailvane.storage;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Watches other owners' heartbeats by our own monotonic clock. One thread at a time. */
final class LeaseWatch {
    private final LeaseStore store;
    private final LongSupplier ticker;
    private final Map<String, Seen> seen = new HashMap<>();

    /** @param firstNanos the end of the reading that showed it first */
    private record Seen(Claim claim, Optional<Heartbeat> heartbeat, long firstNanos) {}

    LeaseWatch(LeaseStore store, LongSupplier ticker) {
        this.store = store;
        this.ticker = ticker;
    }

    /** Empty if nobody ever claimed it. */
    synchronized Optional<Standing> look(String partition) throws IOException {
        long began = ticker.getAsLong();
        var claims = store.claims(partition);
        if (claims.isEmpty()) {
            return Optional.empty();
        }
        var claim = claims.getLast();
        var heartbeat = store.heartbeat(partition, claim.epoch());
        var before = seen.get(partition);
        if (before == null
                || !before.claim().equals(claim)
                || !before.heartbeat().equals(heartbeat)) {
            seen.put(partition, new Seen(claim, heartbeat, ticker.getAsLong()));
            return Optional.of(new Standing(partition, claim, heartbeat, 0));
        }
        return Optional.of(new Standing(partition, claim, heartbeat, Math.max(0, began - before.firstNanos())));
    }
}
