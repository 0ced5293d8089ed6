package io.mailvane.storage;

/**
 * That a node took a partition. Never changed; there is one for each epoch.
 *
 * @param node who took it
 */
public record Claim(long epoch, String node, Incarnation by) {}
