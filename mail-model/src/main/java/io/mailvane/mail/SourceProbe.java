package io.mailvane.mail;

import java.net.InetAddress;
import java.util.Optional;

/**
 * What sessions without mail showed, from a source address to the hosts that the operator named for that.
 *
 * @param address what the world sees of it, as we believe
 */
public record SourceProbe(InetAddress address, Finding finding) {
    /** What came of them. The texts are in part the hosts' own: they may be lies, and are bounded. */
    public sealed interface Finding {
        /**
         * One greeted.
         *
         * @param seen at which address it sees us; empty: it does not say
         */
        record Greeted(String host, Optional<InetAddress> seen) implements Finding {}

        /**
         * Some were reached, and none took the session.
         *
         * @param what each of them said
         */
        record TurnedAway(String what) implements Finding {}

        /**
         * None was reached.
         *
         * @param what came of each that was asked
         */
        record Unreached(String what) implements Finding {}

        /**
         * None was even asked: no host has an address that can be asked from there, or DNS does not say. It speaks neither for nor against the
         * source.
         *
         * @param what is missing of each
         */
        record Unasked(String what) implements Finding {}

        /**
         * Nothing sets out from the source: this host does not have its address.
         *
         * @param what the system said
         */
        record Unbound(String what) implements Finding {}
    }
}
