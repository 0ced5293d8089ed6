package io.mailvane.queue;

import java.time.InstantSource;

/** The parts of one open queue, handed to those who share them. */
record QueueParts(
        QueueSettings settings,
        InstantSource clock,
        SegmentLog log,
        GroupCommit writer,
        Index index,
        Details details,
        Totals totals) {}
