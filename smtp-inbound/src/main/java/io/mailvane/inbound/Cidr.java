package io.mailvane.inbound;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A network in CIDR notation; a bare address is a network of one.
 *
 * @param bits of the prefix; the address's other bits are zero
 */
public record Cidr(InetAddress address, int bits) {
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
        var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int size = address.getAddress().length * Byte.SIZE;
        return new Cidr(address, slash < 0 ? size : Integer.parseInt(text.substring(slash + 1)));
    }

    /** An IPv4-mapped IPv6 address is the IPv4 address that the JDK makes of it. */
    public boolean contains(InetAddress candidate) {
        return candidate.getAddress().length == address.getAddress().length
                && prefixOf(address.getAddress(), bits, candidate.getAddress());
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
