package io.mailvane.spf;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * An address and as much of it as counts. A value.
 *
 * @param octets four or sixteen
 * @param length of the prefix, in bits
 */
record Network(BigInteger octets, int size, int length) {
    static final int IPV4_BITS = 32;
    static final int IPV6_BITS = 128;

    static Network of(InetAddress address, int length) {
        var octets = address.getAddress();
        return new Network(new BigInteger(1, octets), octets.length, length);
    }

    boolean contains(InetAddress address) {
        var octets = address.getAddress();
        int ignored = octets.length * Byte.SIZE - length;
        return octets.length == size
                && new BigInteger(1, octets).shiftRight(ignored).equals(this.octets.shiftRight(ignored));
    }
}
