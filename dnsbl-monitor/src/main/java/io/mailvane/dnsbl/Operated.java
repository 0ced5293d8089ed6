package io.mailvane.dnsbl;

import io.mailvane.mail.SourceStanding.State;

/**
 * What comes of an operator's order.
 *
 * @param state in which the address will be; of one that is enabled the lists decide, and it is as it was
 * @param alone whether no other address of ours may send
 */
public record Operated(Effect effect, State state, boolean alone) {
    public enum Effect {
        DONE,
        /** It was so before, by an order that said the same. */
        NONE,
        /** It is retired, for good. */
        REFUSED
    }
}
