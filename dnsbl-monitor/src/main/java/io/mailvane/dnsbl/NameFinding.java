package io.mailvane.dnsbl;

import java.util.Locale;

/** What one look at an address's names gave. No answer is a case of its own: it speaks neither for nor against. */
sealed interface NameFinding {
    record Right() implements NameFinding {}

    /** @param reason one sentence, with what is wrong and where it is cured */
    record Wrong(String reason) implements NameFinding {}

    record Unknown() implements NameFinding {}

    /** What is looked at. */
    enum Kind {
        /** The address has a PTR record, to a name that leads back to it and is no provider's own (RFC 1912 section 2.1). */
        PTR,
        /** EHLO says that name (RFC 5321 section 4.1.4). */
        HELO;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
