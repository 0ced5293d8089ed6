package io.mailvane.storage;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Where claims and heartbeats lie: the seam between the lease and a shared directory. Each file has one writer: a claim is made once
 * and never changed, a heartbeat is its claimant's alone.
 *
 * <p>Any method may fail although what it was to do was done: every replicated store sometimes says so. Any number of threads.
 */
public interface LeaseStore {
    /** Names of all partitions that somebody claimed, ascending. What no partition is called is passed over. */
    List<String> partitions() throws IOException;

    /**
     * Those of a partition that are kept, by ascending epoch; empty if nobody ever claimed it.
     *
     * @throws IOException also if one is of another partition: this is a copy, and no partition
     */
    List<Claim> claims(String partition) throws IOException;

    /**
     * Leaves a claim, whole and durable, unless there is one of its epoch.
     *
     * @return the one that stands: of any number of claimants of an epoch all are told the same
     */
    Claim claim(Claim claim) throws IOException;

    /** What the claimant of {@code epoch} last said; empty: nothing yet, or it is being written just now. */
    Optional<Heartbeat> heartbeat(String partition, long epoch) throws IOException;

    /** Returns when it is durable, and seen by whoever reads from now on, on every machine. */
    void beat(String partition, long epoch, Heartbeat heartbeat) throws IOException;

    /** Removes claims and heartbeats of all epochs before {@code epoch}. */
    void forgetBefore(String partition, long epoch) throws IOException;

    /** Returns if a claim could be made of a partition now; leaves nothing behind. */
    void probe(String partition) throws IOException;
}
