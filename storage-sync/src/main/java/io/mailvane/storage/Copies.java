package io.mailvane.storage;

/**
 * How the copies of replicated storage stand.
 *
 * @param up bricks that answer
 * @param all bricks that there should be
 * @param toHeal files and folders whose copies are not the same yet
 * @param splitBrain of which nobody knows the right copy
 */
public record Copies(int up, int all, long toHeal, long splitBrain) {}
