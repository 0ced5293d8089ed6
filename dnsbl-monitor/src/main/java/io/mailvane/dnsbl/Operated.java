package io.mailvane.dnsbl;

import io.mailvane.mail.SourceStanding.State;

/**
 * What came of an operator's order.
 *
 * @param state of the address by then
 * @param alone whether no other address of ours may send
 */
public record Operated(Effect effect, State state, boolean alone) {
    public enum Effect {
        DONE,
        /** It was so before, by an order that said the same. */
        NONE,
        /** It is retired, for good. */
        REFUSED,
        /** It is so, until a restart: it could not be written down. */
        UNWRITTEN,
        /** Nobody knows yet: the monitor has not come to it in time, and may yet. */
        UNANSWERED;

        static Effect of(Address before, Address after, OperatorOrder order) {
            if (!after.equals(before)) {
                return DONE;
            }
            boolean isRefused = before.state() == State.RETIRED && order.operation() != Operation.RETIRE;
            return isRefused ? REFUSED : NONE;
        }
    }

    Operated as(Effect other) {
        return new Operated(other, state, alone);
    }
}
