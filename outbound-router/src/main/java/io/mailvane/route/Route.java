package io.mailvane.route;

/**
 * A way out, by its name in the configuration.
 *
 * @param name of its own among all kinds
 */
public record Route(Kind kind, String name) {
    /** By whose address mail leaves. */
    public enum Kind {
        /** The host's own choice of address. */
        HOST,
        /** A source address of this node. */
        SOURCE,
        /** A source address of the other node. */
        PEER,
        SMARTHOST
    }
}
