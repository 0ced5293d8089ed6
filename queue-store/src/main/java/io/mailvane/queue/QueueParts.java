package io.mailvane.queue;

import java.time.InstantSource;

/**
 * The parts of one open partition, handed to those who share them. Index, totals and what is kept of settled messages are common to the
 * node's own partition and those that it adopted; queue ids are each partition's own, for each remembers what it gave.
 */
record QueueParts(
        QueueSettings settings,
        InstantSource clock,
        Tenure tenure,
        SegmentLog log,
        GroupCommit writer,
        Index index,
        Details details,
        Totals totals,
        QueueIds ids) {}
