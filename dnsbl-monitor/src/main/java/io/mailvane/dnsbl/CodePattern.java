package io.mailvane.dnsbl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which return codes (addresses in 127.0.0.0/8, as an {@code int}) are meant. */
sealed interface CodePattern {
    boolean matches(int code);

    /** Whether some code is meant by both. */
    static boolean overlap(Octets one, Octets other) {
        for (int i = 0; i < 4; i++) {
            var a = one.ranges().get(i);
            var b = other.ranges().get(i);
            if (a.high() < b.low() || b.high() < a.low()) {
                return false;
            }
        }
        return true;
    }

    /** The name of one matching code, made of the name of the pattern. */
    String nameOf(int code, String name);

    /** {@code 127.0.0.2}, {@code 127.0.0.4-7}, or {@code 127.0.*.1}, whose name may say the open octet as {@code {*}}. */
    record Octets(List<Range> ranges) implements CodePattern {
        record Range(int low, int high) {
            Range {
                if (low < 0 || high > 255 || low > high) {
                    throw new IllegalArgumentException("not an octet or a range of them: " + low + "-" + high);
                }
            }
        }

        public Octets {
            ranges = List.copyOf(ranges);
        }

        @Override
        public boolean matches(int code) {
            for (int i = 0; i < 4; i++) {
                int octet = octet(code, i);
                if (octet < ranges.get(i).low() || octet > ranges.get(i).high()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String nameOf(int code, String name) {
            for (int i = 0; i < 4; i++) {
                if (ranges.get(i).equals(ANY)) {
                    return name.replace("{*}", String.valueOf(octet(code, i)));
                }
            }
            return name;
        }

        private static int octet(int code, int index) {
            return code >>> (24 - 8 * index) & 0xff;
        }
    }

    /** The bits of the last octet of {@code 127.0.0.0/24}, each with a meaning of its own. */
    record Bits(Map<Integer, String> names) implements CodePattern {
        public Bits {
            names = Map.copyOf(names);
            if (names.keySet().stream().anyMatch(bit -> Integer.bitCount(bit) != 1 || bit > 128)) {
                throw new IllegalArgumentException("not one bit of an octet: " + names.keySet());
            }
        }

        @Override
        public boolean matches(int code) {
            int bits = code & 0xff;
            int known = names.keySet().stream().mapToInt(Integer::intValue).sum();
            return code >>> 8 == LOOPBACK_24 && bits != 0 && (bits & ~known) == 0;
        }

        @Override
        public String nameOf(int code, String name) {
            return new TreeMap<>(names)
                    .entrySet().stream()
                            .filter(bit -> (code & bit.getKey()) != 0)
                            .map(Map.Entry::getValue)
                            .collect(Collectors.joining(", "));
        }
    }

    Octets.Range ANY = new Octets.Range(0, 255);
    int LOOPBACK_24 = 127 << 16;
    Pattern OCTET = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

    /** @throws IllegalArgumentException with a sentence that says what is wrong */
    static Octets parse(String text) {
        var octets = text.split("\\.", -1);
        if (octets.length != 4 || !octets[0].equals("127")) {
            throw new IllegalArgumentException("a return code is an address in 127.0.0.0/8: " + text);
        }
        var ranges = new ArrayList<Octets.Range>();
        for (var octet : octets) {
            ranges.add(range(octet, text));
        }
        return new Octets(ranges);
    }

    private static Octets.Range range(String octet, String text) {
        var matcher = OCTET.matcher(octet);
        if (octet.equals("*")) {
            return ANY;
        }
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a return code: " + text);
        }
        int low = Integer.parseInt(matcher.group(1));
        return new Octets.Range(low, matcher.group(2) == null ? low : Integer.parseInt(matcher.group(2)));
    }
}
