package io.mailvane.scanning;

import java.time.Duration;

/**
 * How busy the ready workers are.
 *
 * @param capacity scans that they run at once, all together
 * @param running scans that they run
 * @param waiting scans that wait for one of them
 * @param service what a scan takes, as of late
 */
public record PoolLoad(int capacity, int running, int waiting, Duration service) {
    /** How long the next scan would wait for its turn; of no use where there is no capacity. */
    Duration expectedWait() {
        return running < capacity && waiting == 0
                ? Duration.ZERO
                : service.multipliedBy(waiting + 1L).dividedBy(Math.max(1, capacity));
    }
}
