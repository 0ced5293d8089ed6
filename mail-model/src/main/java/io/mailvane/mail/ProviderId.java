package io.mailvane.mail;

import java.util.Locale;

/**
 * The operator of a recipient's MX hosts: {@code google}, {@code microsoft}, {@code yahoo}, or the registrable domain of an
 * MX host that no table names. Never the recipient's own domain because it is the recipient's.
 *
 * @param id lower case
 */
public record ProviderId(String id) {
    public ProviderId {
        if (id.isBlank() || !id.equals(id.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("a provider is named in lower case: " + id);
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
