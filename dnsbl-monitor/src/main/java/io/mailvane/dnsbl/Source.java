package io.mailvane.dnsbl;

import java.util.List;
import java.util.Optional;

/**
 * One of our source addresses, as DNSBLs see it.
 *
 * @param name in the configuration
 * @param written the public address as it was entered
 * @param admitted not looked at before its first mail
 * @param warm known to receivers
 * @param helo what EHLO says from there; empty: its names are not looked at
 * @param senders domains in which mail is sent from there, whose SPF records are looked at
 * @param unprobed why nobody tries port 25 from there; empty: somebody does, and tells
 */
public record Source(
        String name,
        IpAddress written,
        boolean admitted,
        boolean warm,
        Optional<String> helo,
        List<String> senders,
        Optional<String> unprobed) {
    private static final Optional<String> NOBODY = Optional.of("nobody is named whose port 25 may be tried");

    public Source {
        senders = List.copyOf(senders);
    }

    /** From which nobody tries port 25, and of which no sender is named. */
    public Source(String name, IpAddress written, boolean admitted, boolean warm, Optional<String> helo) {
        this(name, written, admitted, warm, helo, List.of(), NOBODY);
    }

    /** Of which the names are not looked at. */
    public Source(String name, IpAddress written, boolean admitted, boolean warm) {
        this(name, written, admitted, warm, Optional.empty());
    }

    /** What is asked for: of an IPv4-mapped address the IPv4 address. */
    public IpAddress address() {
        return written.unmapped();
    }

    /** A sentence if that is not what was entered. */
    public Optional<String> note() {
        return written.equals(address())
                ? Optional.empty()
                : Optional.of(written + " is taken as the IPv4 address " + address());
    }
}
