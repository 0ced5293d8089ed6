package io.mailvane.route;

/** How good a way is just now; the best tier that has an eligible route is used. */
public enum Tier {
    /** An address in good standing. */
    T0,
    /** An address that this provider thinks less of, or wants less from. */
    T1,
    /** The first smarthost. */
    T2,
    /** A later smarthost. */
    T3,
    /** An address that may be refused, because waiting is worse. */
    T4
}
