package io.mailvane.appliance.web;

import io.mailvane.scaling.Crew;
import java.util.List;
import java.util.Optional;

/**
 * The scan workers, as REST answers and the page shows.
 *
 * @param why so many are wanted, in one sentence
 */
public record WorkersAnswer(int wanted, String why, List<Worker> workers) {
    /**
     * One worker.
     *
     * @param state starting, ready, draining or gone
     * @param inFlight scans that it has
     * @param reason why it gets no scans; absent if it does
     */
    public record Worker(String id, Optional<Long> pid, String state, int inFlight, Optional<String> reason) {}

    static WorkersAnswer of(Crew crew) {
        return new WorkersAnswer(
                crew.wanted(),
                crew.why(),
                crew.workers().stream().map(WorkersAnswer::worker).toList());
    }

    private static Worker worker(Crew.Member member) {
        return new Worker(
                member.id(),
                member.pid(),
                member.state().label(),
                member.inFlight(),
                Optional.of(member.reason()).filter(reason -> !reason.isEmpty()));
    }
}
