package io.mailvane.outbound;

import java.net.InetAddress;
import java.util.List;

/**
 * One host that takes a domain's mail.
 *
 * @param name without the trailing dot
 * @param preference lower is better
 * @param addresses at least one
 */
record MxHost(String name, int preference, List<InetAddress> addresses) {
    MxHost {
        addresses = List.copyOf(addresses);
    }
}
