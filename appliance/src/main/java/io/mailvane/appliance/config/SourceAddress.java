package io.mailvane.appliance.config;

import io.mailvane.dnsbl.IpAddress;
import io.mailvane.dnsbl.Source;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * {@code [[source]]}: an address of ours to send from.
 *
 * @param local what the host binds
 * @param written what the world, and so a DNSBL, sees; as it was entered
 * @param helo what EHLO says from there
 * @param admitted not looked at before its first mail
 * @param warm known to receivers
 */
public record SourceAddress(
        String name, InetAddress local, IpAddress written, String helo, boolean admitted, boolean warm) {
    /**
     * As the monitor takes it.
     *
     * @param senders as {@link Source#senders}
     * @param unprobed as {@link Source#unprobed}
     */
    Source monitored(List<String> senders, Optional<String> unprobed) {
        return new Source(name, written, admitted, warm, Optional.of(helo), senders, unprobed);
    }

    /** What the world sees, as the monitor knows it: of an IPv4-mapped address the IPv4 address. */
    public IpAddress address() {
        return written.unmapped();
    }

    /** What the world sees; an IPv4-mapped address is the IPv4 address. */
    public InetAddress publicAddress() {
        return InetAddress.ofLiteral(address().toString());
    }
}
