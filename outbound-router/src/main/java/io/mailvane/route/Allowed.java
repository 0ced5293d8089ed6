package io.mailvane.route;

import java.util.Optional;

/**
 * Which ways the configuration allows a message at all.
 *
 * @param addresses whether it may leave from one of ours
 * @param smarthosts none, one by name, or any
 */
public record Allowed(Addresses addresses, Smarthosts smarthosts) {
    /** Foreign mail. */
    public static final Allowed ANY = new Allowed(Addresses.ALLOWED, new Smarthosts.Any());

    /** Foreign mail where direct delivery is off. */
    public static final Allowed SMARTHOSTS_ONLY = new Allowed(Addresses.OFF, new Smarthosts.Any());

    /** Mail of a relay domain: a smarthost would look up its MX, and bring it back to us. */
    public static Allowed relayDomain(Optional<String> fallback) {
        var smarthosts = fallback.<Smarthosts>map(Smarthosts.Only::new).orElseGet(Smarthosts.None::new);
        return new Allowed(Addresses.ALLOWED, smarthosts);
    }

    /** After nobody could be connected: none of our other addresses need try the same hosts in this round. */
    public Allowed unreached() {
        return new Allowed(Addresses.UNREACHED, smarthosts);
    }

    /** Whether mail may leave from addresses of ours. */
    public enum Addresses {
        ALLOWED,
        /** Direct delivery is off. */
        OFF,
        /** The destination gave no connection in this round. */
        UNREACHED
    }

    /** Which smarthosts. */
    public sealed interface Smarthosts {
        boolean allows(String name);

        record Any() implements Smarthosts {
            @Override
            public boolean allows(String name) {
                return true;
            }
        }

        /** The one that is known to deliver the domain elsewhere. */
        record Only(String smarthost) implements Smarthosts {
            @Override
            public boolean allows(String name) {
                return smarthost.equals(name);
            }
        }

        record None() implements Smarthosts {
            @Override
            public boolean allows(String name) {
                return false;
            }
        }
    }
}
