package io.mailvane.scanning;

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
    /** Begins each entry of a zip archive's directory. */
    ZIP_ENTRY(HexFormat.of().parseHex("504b0102")),
    /** The end of a zip archive's directory. */
    ZIP_END(HexFormat.of().parseHex("504b0506"));

    /** Each octet a character. */
    private final String text;

    Signature(byte[] octets) {
        this.text = new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String first, String second) {
        return first.concat(second).getBytes(StandardCharsets.US_ASCII);
    }

    String text() {
        return text;
    }

    /** A search for it in octets that come in pieces. */
    Search search() {
        return new Search(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The search of Knuth, Morris and Pratt, which never looks back. One thread. */
    static final class Search {
        private final byte[] octets;
        /** Of each length that matched: the longest shorter one that the same octets match as well. */
        private final int[] fallback;

        private int matched;
        private boolean found;

        private Search(byte[] octets) {
            this.octets = octets;
            this.fallback = new int[octets.length + 1];
            int common = 0;
            for (int i = 1; i < octets.length; i++) {
                common = next(common, octets[i]);
                fallback[i + 1] = common;
            }
        }

        private int next(int length, byte b) {
            int longest = length;
            while (longest > 0 && b != octets[longest]) {
                longest = fallback[longest];
            }
            return b == octets[longest] ? longest + 1 : longest;
        }

        boolean found() {
            return found;
        }

        void accept(byte[] from, int offset, int length) {
            int end = offset + length;
            int at = offset;
            while (at < end && !found) {
                at = matched == 0 ? firstOctet(from, at, end) : at;
                if (at < end) {
                    matched = next(matched, from[at]);
                    found = matched == octets.length;
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
    }
}
