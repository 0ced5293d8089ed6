package io.mailvane.appliance.node;

import io.mailvane.appliance.config.Configuration;
import io.mailvane.outbound.DsnWriter;
import io.mailvane.queue.MessageQueue;
import io.mailvane.queue.PartitionLock;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;

/** What keeps a node's mail: the volume, the partitions on it that are the node's, and the queue in them. */
record Keeping(Storage storage, Partitions partitions, MessageQueue queue) {
    /**
     * Makes sure of the volume, takes the node's partition and replays it.
     *
     * @param stop as in {@link Partitions}
     * @param lost as in {@link Partitions}
     * @param opened gets each part as soon as it is there
     * @throws IOException as {@link Storage#open}, {@link Partitions} and {@link MessageQueue#open}
     */
    static Keeping open(Configuration configuration, StopSignal stop, Consumer<String> lost, Opened opened)
            throws IOException {
        var storage = Storage.open(configuration);
        var partitions = opened.add("the leases", new Partitions(configuration, storage, stop, lost));
        PrivateDirectory.make(partitions.directory());
        opened.add("the partition's lock", PartitionLock.take(partitions.directory()));
        var node = configuration.node();
        var queue = opened.add(
                "the queue",
                MessageQueue.open(
                        configuration.queue(),
                        storage.segments(partitions.directory()),
                        new DsnWriter(node.hostname(), node.postmaster()),
                        InstantSource.system(),
                        partitions.tenure(),
                        partitions.formerEnding()));
        return new Keeping(storage, partitions, queue);
    }

    /** Gives back the room of what is settled. */
    void reclaim() throws IOException {
        queue.reclaim();
        partitions.adoptions().reclaim();
    }
}
