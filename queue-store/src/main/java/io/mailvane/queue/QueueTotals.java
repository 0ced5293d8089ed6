package io.mailvane.queue;

/**
 * What passed through since the start.
 *
 * @param accepted messages committed, DSNs of our own not among them
 * @param relayed recipients
 * @param deferred attempts that deferred a recipient
 * @param failed recipients
 * @param expired recipients
 * @param deleted recipients
 * @param dsns written
 * @param undeliverable recipients that failed or expired and whose sender is not told: null reverse-path, NOTIFY=NEVER
 */
public record QueueTotals(
        long accepted,
        long relayed,
        long deferred,
        long failed,
        long expired,
        long deleted,
        long dsns,
        long undeliverable) {}
