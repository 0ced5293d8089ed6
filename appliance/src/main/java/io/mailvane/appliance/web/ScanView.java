package io.mailvane.appliance.web;

import io.mailvane.scanning.PoolLoad;
import io.mailvane.scanning.Room;
import io.mailvane.scanning.ScanStats;
import java.util.List;

/**
 * What is seen of scanning just now.
 *
 * @param engines in the order in which they are asked; empty: nothing is scanned
 */
public record ScanView(List<String> engines, Room room, PoolLoad load, ScanStats stats) {
    public ScanView {
        engines = List.copyOf(engines);
    }

    /**
     * One sentence for the page.
     *
     * @param waiting messages that wait for their scan
     */
    String sentence(long waiting) {
        var backlog = waiting == 0 ? "" : "; " + waiting + " messages wait for their scan";
        return engines.isEmpty()
                ? "nothing is scanned: no engine is configured" + backlog
                : String.join(", ", engines) + "; " + room.why() + backlog;
    }
}
