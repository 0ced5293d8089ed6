package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import java.util.List;
import java.util.Optional;

/**
 * The workers as they were just now, those that have gone lately among them.
 *
 * @param why so many are wanted, in one sentence
 * @param workers in the order of their starts
 */
public record Crew(int wanted, String why, List<Member> workers) {
    public Crew {
        workers = List.copyOf(workers);
    }

    /** Where there is no scaler. */
    public static Crew none(String why) {
        return new Crew(0, why, List.of());
    }

    /**
     * One worker.
     *
     * @param pid of its process, where it is one of this machine
     * @param inFlight scans that it has
     * @param reason why it gets no scans; empty if it does
     */
    public record Member(String id, Optional<Long> pid, WorkerState state, int inFlight, String reason) {}
}
