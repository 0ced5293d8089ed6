package io.mailvane.dnsbl;

import io.mailvane.mail.SourceStanding.State;

/** What an operator may do with a source address. */
public enum Operation {
    /** No new message; once nothing is under way by it any more it is disabled. */
    DRAIN,
    /** No new message, and it is told at once that none leaves. */
    DISABLE,
    /** For good: no list is asked about it any more. */
    RETIRE,
    /** Back in use, by the ramp. */
    ENABLE;

    /** Whether an address in that state is out because an operator said so. */
    static boolean isOut(State state) {
        return switch (state) {
            case DRAINING, DISABLED, RETIRED -> true;
            case NEW, ADMISSION, WARMING, ACTIVE, DEGRADED, QUARANTINED, RECOVERING, LAST_RESORT -> false;
        };
    }

    /** The state to which this takes an address out. What is disabled need not be drained. */
    State target(State now) {
        return switch (this) {
            case DRAIN -> now == State.DISABLED ? State.DISABLED : State.DRAINING;
            case DISABLE -> State.DISABLED;
            case RETIRE -> State.RETIRED;
            case ENABLE -> throw new IllegalStateException("what is enabled is not taken out");
        };
    }
}
