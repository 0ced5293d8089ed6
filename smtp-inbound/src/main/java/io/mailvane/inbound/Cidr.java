package io.mailvane.inbound;

import io.mailvane.mail.IpLiteral;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A network in CIDR notation; a bare address is a network of one.
 *
 * @param bits of the prefix; the address's other bits are zero
 */
public record Cidr(InetAddress address, int bits) {
    private static final int IPV4_OCTETS = 4;
    private static final int LEAST_IPV4 = 8;
    private static final int LEAST_IPV6 = 20;
    private static final int GLOBAL_UNICAST_BITS = 3;

    public Cidr {
        int size = address.getAddress().length * Byte.SIZE;
        if (bits < 0 || bits > size) {
            throw new IllegalArgumentException("a prefix of " + bits + " bits in an address of " + size);
        }
        if (!Arrays.equals(address.getAddress(), masked(address.getAddress(), bits))) {
            throw new IllegalArgumentException("bits are set behind the prefix");
        }
    }

    /** @throws IllegalArgumentException if it is not a network; the message says why */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        var address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
        int size = address.getAddress().length * Byte.SIZE;
        return new Cidr(address, slash < 0 ? size : Integer.parseInt(text.substring(slash + 1)));
    }

    /** An IPv4-mapped IPv6 address is the IPv4 address that the JDK makes of it. */
    public boolean contains(InetAddress candidate) {
        return candidate.getAddress().length == address.getAddress().length
                && prefixOf(address.getAddress(), bits, candidate.getAddress());
    }

    /**
     * Whether so much of the Internet is in it that trusting it makes an open relay: less than 8 bits of IPv4, less than 20 of
     * the IPv6 addresses that are routed (2000::/3).
     */
    public boolean isTooWideToTrust() {
        var octets = address.getAddress();
        boolean routed = bits < GLOBAL_UNICAST_BITS || (octets[0] & 0xe0) == 0x20;
        return octets.length == IPV4_OCTETS ? bits < LEAST_IPV4 : routed && bits < LEAST_IPV6;
    }

    /** How many addresses; 2 to the power of the bits behind the prefix. */
    BigInteger size() {
        return BigInteger.ONE.shiftLeft(address.getAddress().length * Byte.SIZE - bits);
    }

    private static byte[] masked(byte[] octets, int bits) {
        var masked = octets.clone();
        for (int bit = bits; bit < octets.length * Byte.SIZE; bit++) {
            masked[bit / Byte.SIZE] &= (byte) ~(0x80 >> (bit % Byte.SIZE));
        }
        return masked;
    }

    private static boolean prefixOf(byte[] network, int bits, byte[] candidate) {
        return Arrays.equals(masked(network, bits), masked(candidate, bits));
    }
}
