package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.time.Duration;
import java.util.List;

/**
 * What is to be scanned, and who is there to do it.
 *
 * @param arrivals messages to scan that come in a second
 * @param service what a scan takes, as of late; zero before the first
 * @param running scans that run
 * @param backlog messages that wait for their scan
 * @param backlogAge for how long the oldest of them has waited
 * @param boot what a worker takes from its start until it is ready
 * @param workers all that were started and are not gone
 */
public record Demand(
        double arrivals,
        Duration service,
        int running,
        long backlog,
        Duration backlogAge,
        Duration boot,
        List<Worker> workers) {
    public Demand {
        if (arrivals < 0 || running < 0 || backlog < 0) {
            throw new IllegalArgumentException("a demand of less than nothing");
        }
        workers = List.copyOf(workers);
    }

    /** @param age since its start */
    public record Worker(WorkerState state, Duration age) {}

    boolean nothing() {
        return arrivals == 0 && backlog == 0 && running == 0;
    }

    int count(WorkerState state) {
        return (int) workers.stream().filter(worker -> worker.state() == state).count();
    }

    /** Until a worker could help: the rest of one's boot, or the whole of another's. */
    Duration untilHelp() {
        return workers.stream()
                .filter(worker -> worker.state() == WorkerState.STARTING)
                .map(Worker::age)
                .max(Duration::compareTo)
                .map(age -> age.compareTo(boot) < 0 ? boot.minus(age) : Duration.ZERO)
                .orElse(boot);
    }
}
