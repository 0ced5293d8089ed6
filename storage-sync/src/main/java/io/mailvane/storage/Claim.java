package io.mailvane.storage;

import java.time.Duration;

/**
 * That a node took a partition. Never changed; there is one for each epoch.
 *
 * @param partition of whose epoch it is: a claim that was copied elsewhere with its directory is none there
 * @param node who took it
 * @param term for which this owner's heartbeat may stand still; whoever watches it waits no less
 * @param sure whether the node's former processes had surely ended by then: if not, it took its partition by time alone, and one of
 *     them may wake yet
 */
public record Claim(String partition, long epoch, String node, Incarnation by, Duration term, boolean sure) {}
