package io.mailvane.appliance.web;

import io.mailvane.scanning.NoWorker;
import io.mailvane.scanning.PoolLoad;
import io.mailvane.scanning.Room;
import io.mailvane.scanning.ScanStats;
import java.util.List;
import java.util.Optional;

/**
 * What is seen of scanning just now.
 *
 * @param engines in the order in which they are asked; empty: nothing is scanned
 * @param noWorker what is done with mail while no worker is ready
 */
public record ScanView(List<String> engines, NoWorker noWorker, Room room, PoolLoad load, ScanStats stats) {
    public ScanView {
        engines = List.copyOf(engines);
    }

    /**
     * One sentence for the page.
     *
     * @param waiting messages that wait for their scan
     */
    String sentence(long waiting) {
        var backlog = switch ((int) Math.min(waiting, 2)) {
            case 0 -> "";
            case 1 -> "; 1 message waits for its scan";
            default -> "; " + waiting + " messages wait for their scan";
        };
        return engines.isEmpty()
                ? "nothing is scanned: no engine is configured" + backlog
                : String.join(", ", engines) + "; " + (isWithoutWorker() ? withoutWorker(noWorker) : room.why())
                        + backlog;
    }

    private boolean isWithoutWorker() {
        return room.equals(Room.NONE);
    }

    /** What an operator should look at now: mail that waits for a worker to start is none of it. */
    Optional<String> alarm() {
        return engines.isEmpty() || !isWithoutWorker() || noWorker == NoWorker.QUEUE
                ? Optional.empty()
                : Optional.of("Scanning: " + withoutWorker(noWorker));
    }

    /** What is done with mail while no worker is ready, in one sentence. */
    public static String withoutWorker(NoWorker noWorker) {
        return Room.NONE.why()
                + switch (noWorker) {
                    case QUEUE -> ": mail waits to be scanned";
                    case TEMPFAIL -> ": mail gets 451";
                    case PASS_MARKED -> ": mail is passed unscanned and marked";
                };
    }
}
