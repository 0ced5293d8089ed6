package io.mailvane.appliance.web;

/**
 * What the page of scan workers shows.
 *
 * @param scanning how mail is scanned, in one sentence
 * @param toScan messages that wait for their scan in the queue
 */
public record WorkersPage(PageHead head, String scanning, long toScan, WorkersAnswer workers) {
    /** How many are in that state. */
    public long count(String state) {
        return workers.workers().stream()
                .filter(worker -> worker.state().equals(state))
                .count();
    }

    /** Scans that the workers have. */
    public int inFlight() {
        return workers.workers().stream()
                .mapToInt(WorkersAnswer.Worker::inFlight)
                .sum();
    }
}
