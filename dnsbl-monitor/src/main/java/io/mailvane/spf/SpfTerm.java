package io.mailvane.spf;

import java.util.Optional;

/** One term of a record (RFC 7208 section 4.6.1). */
sealed interface SpfTerm {
    /**
     * Matches an address, or does not.
     *
     * @param result where it matches
     * @param text as it was written
     */
    record Directive(SpfResult.Kind result, Mechanism mechanism, String text) implements SpfTerm {}

    record Redirect(MacroString domain) implements SpfTerm {}

    /** Checked for its form alone: {@code exp=}, and what no version of the RFC knows. */
    record OtherModifier(String name) implements SpfTerm {}

    /** What an address is compared with; where a domain is absent it is that of the record. */
    sealed interface Mechanism {
        record All() implements Mechanism {}

        record Include(MacroString domain) implements Mechanism {}

        record A(Optional<MacroString> domain, Prefixes prefixes) implements Mechanism {}

        record Mx(Optional<MacroString> domain, Prefixes prefixes) implements Mechanism {}

        record Ptr(Optional<MacroString> domain) implements Mechanism {}

        record Ip(Network network) implements Mechanism {}

        record Exists(MacroString domain) implements Mechanism {}
    }

    /** How much of an address counts, by its family. */
    record Prefixes(int ipv4, int ipv6) {}
}
