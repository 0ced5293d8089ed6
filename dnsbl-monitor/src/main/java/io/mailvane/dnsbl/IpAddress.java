package io.mailvane.dnsbl;

import io.mailvane.mail.IpLiteral;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An address by its octets and the family they belong to.
 *
 * <p>Not an {@link InetAddress}: that turns {@code ::ffff:7f00:2}, the test point of every IPv6 list, into the IPv4 address
 * 127.0.0.2, and the wrong question would be asked.
 *
 * @param high the first eight octets; 0 for IPv4
 * @param low the last eight; for IPv4 the four, unsigned
 */
public record IpAddress(Family family, long high, long low) {
    public enum Family {
        IPV4,
        IPV6
    }

    private static final long MAPPED_PREFIX = 0xffffL;

    /** @throws IllegalArgumentException with a sentence that says what is wrong */
    public static IpAddress parse(String text) {
        if (text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            throw new IllegalArgumentException("not an IPv4 or IPv6 address: " + text);
        }
        var literal = IpLiteral.parse(text);
        var octets = literal.getAddress();
        if (literal instanceof Inet4Address) {
            long quad = ByteBuffer.wrap(octets).getInt() & 0xffffffffL;
            return text.indexOf(':') >= 0 ? new IpAddress(Family.IPV6, 0, MAPPED_PREFIX << 32 | quad) : v4(quad);
        }
        var buffer = ByteBuffer.wrap(octets);
        return new IpAddress(Family.IPV6, buffer.getLong(), buffer.getLong());
    }

    static IpAddress v4(long quad) {
        return new IpAddress(Family.IPV4, 0, quad & 0xffffffffL);
    }

    /** Four or sixteen. */
    byte[] octets() {
        return switch (family) {
            case IPV4 -> ByteBuffer.allocate(4).putInt((int) low).array();
            case IPV6 -> ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        };
    }

    /** The IPv4 address that an IPv4-mapped one stands for; any other address itself. */
    public IpAddress unmapped() {
        boolean mapped = family == Family.IPV6 && high == 0 && low >>> 32 == MAPPED_PREFIX;
        return mapped ? v4(low) : this;
    }

    /** The same address as IPv6 lists have their test points. */
    IpAddress mapped() {
        return family == Family.IPV4 ? new IpAddress(Family.IPV6, 0, MAPPED_PREFIX << 32 | low) : this;
    }

    /** The /24 or /64 around it: what a list names as one. */
    IpAddress network() {
        return family == Family.IPV4 ? v4(low & 0xffffff00L) : new IpAddress(Family.IPV6, high, 0);
    }

    /**
     * Why no DNSBL can know it. Documentation ranges (RFC 5737, 3849) count as public: they are what examples use.
     *
     * @return empty for a public address
     */
    public Optional<String> whyNotPublic() {
        return switch (family) {
            case IPV4 -> NonPublic.rangeOf((int) low);
            case IPV6 ->
                unmapped().equals(this)
                        ? NonPublic.rangeOf(high, low)
                        : unmapped().whyNotPublic();
        };
    }

    /** As RFC 5952 writes it. */
    @Override
    public String toString() {
        return family == Family.IPV4 ? quad(low) : unmapped().equals(this) ? hextets() : "::ffff:" + quad(low);
    }

    static String quad(long value) {
        return (value >> 24 & 0xff) + "." + (value >> 16 & 0xff) + "." + (value >> 8 & 0xff) + "." + (value & 0xff);
    }

    private String hextets() {
        try {
            var full = InetAddress.getByAddress(octets()).getHostAddress();
            return shorten(full.toLowerCase(Locale.ROOT));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen octets are an address", e);
        }
    }

    /** Replaces the longest run of at least two zero groups, the first of equals. */
    private static String shorten(String full) {
        var groups = full.split(":");
        int best = -1;
        int bestLength = 1;
        for (int start = 0; start < groups.length; start++) {
            int end = start;
            while (end < groups.length && groups[end].equals("0")) {
                end++;
            }
            if (end - start > bestLength) {
                best = start;
                bestLength = end - start;
            }
        }
        if (best < 0) {
            return full;
        }
        var list = List.of(groups);
        return String.join(":", list.subList(0, best)) + "::"
                + String.join(":", list.subList(best + bestLength, groups.length));
    }
}
