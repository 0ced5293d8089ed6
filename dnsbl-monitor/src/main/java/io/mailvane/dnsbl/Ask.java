package io.mailvane.dnsbl;

import java.util.Optional;

/** Something to be asked now, and how. */
sealed interface Ask {
    DnsblList list();

    /**
     * Whether a list names an address.
     *
     * @param avoid a server that should not be the one to answer
     * @param wantsText whether the list's own words are asked for too, if it does
     */
    record OfCell(IpAddress address, DnsblList list, ResolverMode mode, Optional<String> avoid, boolean wantsText)
            implements Ask {}

    /**
     * Whether a list works.
     *
     * @param mode the one to be tried first
     * @param other whether the other ways are to be tried before it
     * @param random an address of 127.64.0.0/10
     */
    record OfControls(DnsblList list, ResolverMode mode, boolean other, IpAddress random) implements Ask {}

    /**
     * @param alone whether there is no other server than the one to avoid, or none that says anything
     * @param questions that were sent
     */
    record Heard(Answer answer, Cell.Query query, boolean alone, int questions) {}

    record Tested(ListHealth.Round round, ResolverMode mode, int questions) {}
}
