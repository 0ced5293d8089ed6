package io.mailvane.storage;

import java.io.IOException;

/** Somebody lives who holds the partition; the message names the process. */
public final class PartitionHeldException extends IOException {
    private static final long serialVersionUID = 1;

    PartitionHeldException(String partition, Claim claim) {
        super("partition " + partition + " is in use by process " + claim.by().pid() + " of node " + claim.node()
                + ", whose heartbeat goes on");
    }
}
