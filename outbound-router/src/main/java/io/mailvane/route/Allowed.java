package io.mailvane.route;

import java.util.Optional;

/**
 * Which ways the configuration allows a message at all.
 *
 * @param addresses whether it may leave from an address of ours
 * @param smarthosts none, one by name, or any
 */
public record Allowed(boolean addresses, Smarthosts smarthosts) {
    /** Foreign mail. */
    public static final Allowed ANY = new Allowed(true, new Smarthosts.Any());

    /** Foreign mail where direct delivery is off. */
    public static final Allowed SMARTHOSTS_ONLY = new Allowed(false, new Smarthosts.Any());

    /** Mail of a relay domain: a smarthost would look up its MX, and bring it back to us. */
    public static Allowed relayDomain(Optional<String> fallback) {
        return new Allowed(true, fallback.<Smarthosts>map(Smarthosts.Only::new).orElseGet(Smarthosts.None::new));
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
