package io.mailvane.scaling;

import io.mailvane.mail.WorkerState;
import io.mailvane.scaling.Pool.Seen;
import java.util.Optional;
import java.util.OptionalLong;

/** What a scaler remembers of a worker. One thread at a time. */
final class Hand {
    final String id;
    final long startedNanos;
    WorkerNode node;
    Seen seen = Seen.NOTHING;
    /** Since when it is in the pool. */
    OptionalLong joined = OptionalLong.empty();
    /** Since when it gets no more scans. */
    OptionalLong retired = OptionalLong.empty();
    /** Since when its driver has told it to end. */
    OptionalLong told = OptionalLong.empty();
    /** Since when it gives no answer. */
    OptionalLong silent = OptionalLong.empty();

    Hand(WorkerNode node, long nowNanos) {
        this.id = node.id();
        this.node = node;
        this.startedNanos = nowNanos;
    }

    /** Whether it is to go on: it was not told to end, and has not ended. */
    boolean stays() {
        return retired.isEmpty() && node.state() != WorkerState.DRAINING && node.state() != WorkerState.GONE;
    }

    /** Whether it counts for those that are wanted. One that gives no answer does not, until it answers again. */
    boolean serves() {
        return stays() && silent.isEmpty();
    }

    WorkerState state() {
        if (node.state() == WorkerState.GONE) {
            return WorkerState.GONE;
        }
        if (!stays()) {
            return WorkerState.DRAINING;
        }
        return joined.isPresent() ? seen.state() : WorkerState.STARTING;
    }

    int inFlight() {
        return joined.isPresent() ? seen.inFlight() : 0;
    }

    /** The higher, the sooner it may go: who gets no scans, as what boots, then who has least to do. */
    long dispensable() {
        return state() == WorkerState.READY ? -inFlight() : Long.MAX_VALUE;
    }

    Crew.Member member() {
        return new Crew.Member(id, node.pid(), state(), inFlight(), reason().orElse(""));
    }

    private Optional<String> reason() {
        if (node.state() == WorkerState.GONE || joined.isEmpty()) {
            return Optional.of(node.reason()).filter(reason -> !reason.isEmpty());
        }
        return retired.isPresent()
                ? Optional.of("it is no longer needed")
                : Optional.of(seen.reason()).filter(reason -> !reason.isEmpty());
    }
}
