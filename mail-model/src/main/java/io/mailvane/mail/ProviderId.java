package io.mailvane.mail;

import java.util.Locale;

/**
 * The operator of a recipient's MX hosts: {@code google}, {@code microsoft}, {@code yahoo}, or, of an operator nobody knows,
 * the registrable domain of its hosts. Never the recipient's domain.
 *
 * @param id not blank, lower case
 */
public record ProviderId(String id) {
    public ProviderId {
        if (id.isBlank() || !id.equals(id.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("not the name of a provider, in lower case: " + id);
        }
    }

    @Override
    public String toString() {
        return id;
    }
}
