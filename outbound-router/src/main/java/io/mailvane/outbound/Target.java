package io.mailvane.outbound;

import io.mailvane.mail.RemoteMta;
import java.net.InetSocketAddress;

/**
 * One address of one host that could take mail.
 *
 * @param name the host's, as MX or configuration gave it
 */
record Target(String name, InetSocketAddress address) {
    /** As logs show it: {@code name[address]:port}. */
    String relay() {
        return name + "[" + address.getAddress().getHostAddress() + "]:" + address.getPort();
    }

    /** Another of its addresses, or itself. */
    boolean isSameHost(Target other) {
        return name.equals(other.name) && address.getPort() == other.address.getPort();
    }

    /** As DSNs show it: an address that stands for a name as an address literal (RFC 5321 section 4.1.3). */
    RemoteMta mta() {
        if (name.indexOf(':') >= 0 && !name.startsWith("[")) {
            return new RemoteMta("[IPv6:" + name + "]");
        }
        return new RemoteMta(name.matches("[0-9.]+") ? "[" + name + "]" : name);
    }
}
