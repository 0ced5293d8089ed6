package io.mailvane.sandbox;

import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * How a DNSBL is asked of an address (RFC 5782 sections 2.1 and 2.4). Made from octets, since the JDK turns an IPv4-mapped
 * address, and with it the IPv6 test points, into an IPv4 one.
 */
final class QueryName {
    private QueryName() {}

    /**
     * @param address 4 octets, or 16, in network order
     */
    static Name of(byte[] address, Name zone) {
        List<String> labels = new ArrayList<>();
        for (int at = address.length - 1; at >= 0; at--) {
            int octet = address[at] & 0xff;
            if (address.length == 4) {
                labels.add(Integer.toString(octet));
            } else {
                labels.add(Integer.toHexString(octet & 0xf));
                labels.add(Integer.toHexString(octet >> 4));
            }
        }
        try {
            return Name.fromString(String.join(".", labels), zone);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(zone + " is too long for a blacklist's zone", e);
        }
    }
}
