package io.mailvane.outbound;

/**
 * Counts since the start, and what is just now.
 *
 * @param relayed recipients; so deferred and failed
 * @param connectionsOpened SMTP connections that came about
 * @param faults of our own, each an alarm in the log
 * @param messages recipients taken from the queue and not yet settled
 * @param sites next hops that have something to do, or had until a moment ago
 */
public record OutboundStats(
        long relayed, long deferred, long failed, long connectionsOpened, long faults, int messages, int sites) {}
