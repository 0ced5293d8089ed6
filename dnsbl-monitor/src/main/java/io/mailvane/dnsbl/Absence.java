package io.mailvane.dnsbl;

import java.util.Optional;

/**
 * How an address was last away. A value.
 *
 * @param left when it last fell from use; empty: never
 * @param fall how far it has been out since, at its worst; nothing while it is in use
 * @param ramp how far it had been out before it came back, which the ramp makes good; nothing once that is done
 */
record Absence(Optional<Moment> left, Reach fall, Reach ramp) {
    static final Absence NEVER = new Absence(Optional.empty(), Reach.NONE, Reach.NONE);

    /** From a ramp that was not done it goes on where that was. */
    Absence begun(Moment at, Reach reach) {
        return new Absence(Optional.of(at), reach, ramp);
    }

    Absence worsened(Reach reach) {
        return new Absence(left, fall.and(reach), ramp);
    }

    /** It comes back, by the ramp. */
    Absence returned() {
        return new Absence(left, Reach.NONE, ramp.and(fall));
    }

    /** Nothing of it is left to be made good. */
    Absence over() {
        return new Absence(left, Reach.NONE, Reach.NONE);
    }
}
