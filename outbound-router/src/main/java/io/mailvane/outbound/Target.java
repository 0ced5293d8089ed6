package io.mailvane.outbound;

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
}
