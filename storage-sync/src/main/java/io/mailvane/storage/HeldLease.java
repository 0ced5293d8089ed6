package io.mailvane.storage;

import io.mailvane.mail.Lease;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A lease that this process holds, for as long as its heartbeats are durable in time. Once lapsed it stays so: only a new epoch
 * brings the partition back. Any number of threads.
 *
 * <p>Why nobody else acts while it holds: it holds until {@code holdNanos} after the beginning of a heartbeat's writing, and a heartbeat
 * prolongs it only if it was durable before the deadline of the one before. Who adopts has seen the same heartbeat for a whole term,
 * from the end of the reading that showed it first to the beginning of the one that showed it last. The writing began before the
 * former, so the deadline is past at the latter; one that was durable later prolonged nothing.
 */
public final class HeldLease {
    private final LeaseStore store;
    private final LeaseTerm term;
    private final LongSupplier ticker;
    private final Claim claim;
    private final String partition;
    private final Optional<Standing> former;
    private volatile Lease lease;
    private volatile Optional<String> ended = Optional.empty();
    private long beats;

    /**
     * @param former whom it follows; empty if nobody had the partition before
     * @param beganNanos from before the claim was made
     */
    HeldLease(
            LeaseStore store,
            LeaseTerm term,
            LongSupplier ticker,
            Claim claim,
            Optional<Standing> former,
            long beganNanos) {
        this.store = store;
        this.term = term;
        this.ticker = ticker;
        this.partition = claim.partition();
        this.claim = claim;
        this.former = former;
        this.lease = new Lease(partition, claim.epoch(), beganNanos + term.holdNanos());
    }

    /** As it is now: one volatile read. */
    public Lease lease() {
        return lease;
    }

    public String partition() {
        return partition;
    }

    /** Whether nothing was in doubt when it was taken: nobody had the partition before, or its last owner ended in order. */
    public boolean isCleanSinceBefore() {
        return former.map(Standing::isInOrder).orElse(true);
    }

    /** Whether it holds at this moment. */
    public boolean holds() {
        return lease.holdsAt(ticker.getAsLong());
    }

    /** Why it does not hold any more, and never will; empty while it may. */
    Optional<String> ended() {
        return ended;
    }

    /**
     * Prolongs it, in this order: write, force, look whether somebody took it, look whether that was in time.
     *
     * @throws IOException if the heartbeat may not be durable: it holds as long as before
     */
    synchronized void renew() throws IOException {
        if (ended.isPresent() || lapsed()) {
            return;
        }
        long began = ticker.getAsLong();
        store.beat(partition, claim.epoch(), new Heartbeat(++beats, Heartbeat.State.HELD));
        var claims = store.claims(partition);
        if (claims.isEmpty()) {
            throw new IOException("the claim of partition " + partition + " is gone");
        }
        var last = claims.getLast();
        if (!last.equals(claim)) {
            end("adopted by " + last.node() + ", epoch " + last.epoch());
        } else if (!lapsed()) {
            lease = new Lease(partition, claim.epoch(), began + term.holdNanos());
        }
    }

    /** Ends it if its time has passed: a heartbeat after that would be believed by nobody. */
    synchronized boolean lapsed() {
        if (ended.isEmpty() && !holds()) {
            end("not renewed in time");
        }
        return ended.isPresent();
    }

    private void end(String why) {
        lease = new Lease(partition, claim.epoch(), ticker.getAsLong());
        ended = Optional.of(why);
    }

    /**
     * Gives it up, and says how. Nothing may be written under it any more.
     *
     * @throws IOException if that cannot be said: others wait for the term then
     */
    public synchronized void release(Heartbeat.State how) throws IOException {
        if (!lapsed()) {
            end("given up");
            store.beat(partition, claim.epoch(), new Heartbeat(++beats, how));
        }
    }
}
