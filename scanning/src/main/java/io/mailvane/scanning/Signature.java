package io.mailvane.scanning;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Octets that say what they are in. */
enum Signature {
    /** In two parts each, so that no scanner takes this program for what it looks for. */
    GTUBE(ascii("XJS*C4JDBQADN1.NSBN3*2IDNEN*", "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X")),
    EICAR(ascii("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*")),
    /** The storage of a macro project, as compound files (MS-CFB) spell names. */
    VBA_PROJECT("_VBA_PROJECT".getBytes(StandardCharsets.UTF_16LE)),
    /** The class of Windows Installer packages, {000C1084-0000-0000-C000-000000000046}, as compound files spell it. */
    INSTALLER(HexFormat.of().parseHex("84100c0000000000c000000000000046")),
    /** The end of a zip archive's directory. */
    ZIP_END(HexFormat.of().parseHex("504b0506"));

    private static final Charset TEXT = StandardCharsets.US_ASCII;

    private final byte[] octets;
    /** Of each length that matched: the longest shorter one that the same octets match as well (Knuth, Morris, Pratt). */
    private final int[] fallback;

    Signature(byte[] octets) {
        this.octets = octets;
        this.fallback = fallback(octets);
    }

    private static byte[] ascii(String first, String second) {
        return first.concat(second).getBytes(StandardCharsets.US_ASCII);
    }

    private static int[] fallback(byte[] octets) {
        var fallback = new int[octets.length + 1];
        int matched = 0;
        for (int i = 1; i < octets.length; i++) {
            while (matched > 0 && octets[i] != octets[matched]) {
                matched = fallback[matched];
            }
            matched += octets[i] == octets[matched] ? 1 : 0;
            fallback[i + 1] = matched;
        }
        return fallback;
    }

    String text() {
        return new String(octets, TEXT);
    }

    /** A search for it in octets that come in pieces. */
    Search search() {
        return new Search();
    }

    /** One thread. */
    final class Search {
        private int matched;
        private boolean found;

        boolean found() {
            return found;
        }

        void accept(byte[] from, int offset, int length) {
            int end = offset + length;
            int at = offset;
            while (at < end && !found) {
                at = matched == 0 ? firstOctet(from, at, end) : at;
                if (at < end) {
                    step(from[at]);
                    at++;
                }
            }
        }

        private int firstOctet(byte[] from, int offset, int end) {
            int at = offset;
            while (at < end && from[at] != octets[0]) {
                at++;
            }
            return at;
        }

        private void step(byte b) {
            while (matched > 0 && b != octets[matched]) {
                matched = fallback[matched];
            }
            matched += b == octets[matched] ? 1 : 0;
            found = matched == octets.length;
        }
    }
}
