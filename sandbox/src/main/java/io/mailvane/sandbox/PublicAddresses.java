package io.mailvane.sandbox;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The address translation of the sample world: who binds 127.0.0.N is seen outside as 203.0.113.N (RFC 5737), N from 2 to 254.
 * 127.0.0.1 is seen as itself.
 */
final class PublicAddresses {
    private static final byte[] OUTSIDE = {(byte) 203, 0, 113};
    private static final byte[] INSIDE = {127, 0, 0};

    private PublicAddresses() {}

    static InetAddress seenFrom(InetAddress local) {
        return moved(local, INSIDE, OUTSIDE);
    }

    /** The local address behind an address of either kind. */
    static InetAddress localOf(InetAddress address) {
        return moved(address, OUTSIDE, INSIDE);
    }

    private static InetAddress moved(InetAddress address, byte[] from, byte[] to) {
        var octets = address.getAddress();
        int host = octets[3] & 0xff;
        boolean isTranslated = address instanceof Inet4Address
                && octets[0] == from[0]
                && octets[1] == from[1]
                && octets[2] == from[2]
                && host >= 2
                && host <= 254;
        if (!isTranslated) {
            return address;
        }
        System.arraycopy(to, 0, octets, 0, to.length);
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new AssertionError("four octets are an address", e);
        }
    }
}
