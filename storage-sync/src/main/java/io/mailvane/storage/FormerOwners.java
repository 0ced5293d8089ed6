package io.mailvane.storage;

import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Of which owners it is sure that nothing can come from them any more.
 *
 * @param self the process that asks, which is not a former one
 * @param gone whether a process has surely ended; false where nobody can tell
 */
record FormerOwners(LeaseStore store, Incarnation self, Predicate<Incarnation> gone) {
    /** Whether all who held the partition before have surely ended, or said that they act for it no more. */
    boolean haveEnded(String partition) throws IOException {
        return firstUnended(store.claims(partition)) == Long.MAX_VALUE;
    }

    /** Whether all processes of a node that took partitions of its own have. */
    boolean allOf(String node) throws IOException {
        return firstUnended(ownClaims(node)) == Long.MAX_VALUE;
    }

    /** The lowest epoch of a claim whose owner may live; {@link Long#MAX_VALUE} if there is none. */
    long firstUnended(List<Claim> claims) throws IOException {
        long first = Long.MAX_VALUE;
        for (var claim : claims) {
            if (!claim.by().equals(self) && claim.epoch() < first && !hasEnded(claim)) {
                first = claim.epoch();
            }
        }
        return first;
    }

    private boolean hasEnded(Claim former) throws IOException {
        return isSaid(former) || gone.test(former.by()) || isSucceeded(former);
    }

    private boolean isSaid(Claim former) throws IOException {
        return store.heartbeat(former.partition(), former.epoch())
                .filter(last -> last.state().isEnd())
                .isPresent();
    }

    /**
     * Its node began anew since, and was sure that no former process of it lived. Each process takes the last partition of its node's own
     * first of all, so the order of those claims is that of the processes. A claim without a heartbeat was given up before anything was
     * done by it, or is not looked at a second time yet.
     */
    private boolean isSucceeded(Claim former) throws IOException {
        boolean isSucceeded = false;
        for (var own : ownClaims(former.node())) {
            if (own.by().equals(former.by())) {
                isSucceeded = false;
            } else if (own.sure()
                    && store.heartbeat(own.partition(), own.epoch()).isPresent()) {
                isSucceeded = true;
            }
        }
        return isSucceeded;
    }

    /** What a node claimed of its own partitions, by partition and epoch: a process that comes later begins behind all that there were. */
    private List<Claim> ownClaims(String node) throws IOException {
        var own = new TreeMap<Integer, List<Claim>>();
        for (var name : store.partitions()) {
            var partition = PartitionName.parse(name).filter(each -> each.node().equals(node));
            if (partition.isPresent()) {
                own.put(
                        partition.get().generation(),
                        store.claims(name).stream()
                                .filter(claim -> claim.node().equals(node))
                                .toList());
            }
        }
        return own.values().stream().flatMap(List::stream).toList();
    }
}
