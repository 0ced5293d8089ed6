package io.mailvane.appliance.config;

import io.mailvane.dnsbl.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code [[source]]}: the addresses that mail leaves from. */
final class SourcePart {
    /** Stands in for one that is missing or wrong. A documentation address: it is public, and nobody's. */
    private static final IpAddress NOBODYS = IpAddress.parse("192.0.2.1");

    private final Section top;
    private final Set<String> names = new HashSet<>();
    private final Set<IpAddress> publicAddresses = new HashSet<>();
    private final Set<InetAddress> localAddresses = new HashSet<>();

    SourcePart(Section top) {
        this.top = top;
    }

    /** @param hostname what EHLO says where a source names nothing else */
    List<SourceAddress> sources(String hostname) {
        var sources = new ArrayList<SourceAddress>();
        for (var section : top.sections("source")) {
            sources.add(source(section, hostname));
            section.end();
        }
        return List.copyOf(sources);
    }

    private SourceAddress source(Section section, String hostname) {
        var source = new SourceAddress(
                section.name("name", Reading.of(NodePart::name), names),
                section.need("local", Addresses.literal(), InetAddress.getLoopbackAddress()),
                section.need("public", Reading.of(IpAddress::parse), NOBODYS),
                section.get("helo", Reading.of(NodePart::helo), hostname),
                section.get("admitted", Reading.flag(), false),
                section.get("warm", Reading.flag(), false));
        checkPublic(section, source.written());
        checkLocal(section, source);
        if (section.has("local") && !localAddresses.add(source.local())) {
            section.problem("local", "two sources bind this address");
        }
        return source;
    }

    private static void checkLocal(Section section, SourceAddress source) {
        if (source.local().isAnyLocalAddress() || source.local().isMulticastAddress()) {
            section.problem("local", "is not one address of this host: nothing can leave from it");
        } else if (!source.written().equals(NOBODYS)
                && section.has("local")
                && isIpv6(source) != isSeenAsIpv6(source)) {
            section.problem("local", "and public are of two families: mail from the one is never seen as the other");
        }
    }

    private static boolean isIpv6(SourceAddress source) {
        return source.local() instanceof Inet6Address;
    }

    private static boolean isSeenAsIpv6(SourceAddress source) {
        return source.publicAddress() instanceof Inet6Address;
    }

    private void checkPublic(Section section, IpAddress written) {
        var address = written.unmapped();
        address.whyNotPublic()
                .ifPresent(why -> section.problem("public", "is " + why + ": no DNSBL and no receiver can know it"));
        if (!written.equals(NOBODYS) && !publicAddresses.add(address)) {
            section.problem("public", "two sources have this address");
        }
    }
}
