package io.mailvane.dnsbl;

import java.util.List;
import java.util.Optional;

/** The ranges of addresses that the Internet does not see (RFC 6890). */
final class NonPublic {
    private NonPublic() {}

    private record Range(String what, int network, int bits) {
        boolean contains(int address) {
            int mask = bits == 0 ? 0 : -1 << (32 - bits);
            return (address & mask) == network;
        }
    }

    private static final List<Range> IPV4 = List.of(
            new Range("\"this network\"", 0, 8),
            new Range("a private address (RFC 1918)", 10 << 24, 8),
            new Range("a shared address of a carrier's NAT (RFC 6598)", 100 << 24 | 64 << 16, 10),
            new Range("a loopback address", 127 << 24, 8),
            new Range("a link-local address", 169 << 24 | 254 << 16, 16),
            new Range("a private address (RFC 1918)", 172 << 24 | 16 << 16, 12),
            new Range("a private address (RFC 1918)", 192 << 24 | 168 << 16, 16),
            new Range("an address for benchmarks (RFC 2544)", 198 << 24 | 18 << 16, 15),
            new Range("a multicast address", 224 << 24, 4),
            new Range("a reserved address", 240 << 24, 4));

    private static final long NAT64 = 0x0064_ff9b_0000_0000L;
    private static final long LOCAL_NAT64 = 0x0064_ff9b_0001L;
    private static final long SIX_TO_FOUR = 0x2002;

    static Optional<String> rangeOf(int address) {
        return IPV4.stream()
                .filter(range -> range.contains(address))
                .findFirst()
                .map(Range::what);
    }

    static Optional<String> rangeOf(long high, long low) {
        if ((high == NAT64 && low >>> 32 == 0) || high >>> 16 == LOCAL_NAT64) {
            return Optional.of("an address of a NAT64 (RFC 6052)");
        }
        if (high >>> 48 == SIX_TO_FOUR) {
            return rangeOf((int) (high >>> 16)).map(what -> "a 6to4 address of " + what);
        }
        if (high == 0 && low == 0) {
            return Optional.of("the unspecified address");
        }
        if (high == 0 && low == 1) {
            return Optional.of("a loopback address");
        }
        if (high >>> 57 == 0xfcL >> 1) {
            return Optional.of("a unique local address (RFC 4193)");
        }
        if (high >>> 54 == 0xfe8L >> 2) {
            return Optional.of("a link-local address");
        }
        return high >>> 56 == 0xff ? Optional.of("a multicast address") : Optional.empty();
    }
}
