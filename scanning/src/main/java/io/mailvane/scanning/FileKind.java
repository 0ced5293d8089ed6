package io.mailvane.scanning;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What octets are, by themselves: what a sender calls them says nothing. */
enum FileKind {
    WINDOWS_PROGRAM("Windows program", Danger.RUNS, 0, "4d5a"),
    ELF_PROGRAM("ELF program", Danger.RUNS, 0, "7f454c46"),
    MACOS_PROGRAM("macOS program", Danger.RUNS, 0, "cefaedfe", "cffaedfe", "feedface", "feedfacf"),
    /** Of a Java class, or a macOS program for several processors: they begin alike. */
    CLASS_OR_PROGRAM("Java or macOS program", Danger.RUNS, 0, "cafebabe"),
    WINDOWS_SHORTCUT("Windows shortcut", Danger.RUNS, 0, "4c0000000114020000000000c000000000000046"),
    /** {@code #@~^}, as Microsoft's Script Encoder leaves scripts. */
    ENCODED_SCRIPT("encoded script", Danger.RUNS, 0, "23407e5e"),
    HELP_FILE("compiled help file", Danger.RUNS, 0, "49545346"),
    /** {@code CD001} of ISO 9660 behind the system area: mounted by a click, what is in it is trusted as local. */
    DISK_IMAGE("disk image", Danger.RUNS, 0x8001, "4344303031"),
    ZIP("zip archive", Danger.OPENED, 0, "504b0304", "504b0708504b0304", "504b3030504b0304"),
    GZIP("gzip file", Danger.OPENED, 0, "1f8b08"),
    COMPOUND("compound file", Danger.LOOKED_THROUGH, 0, "d0cf11e0a1b11ae1"),
    RAR("RAR archive", Danger.CLOSED, 0, "526172211a07"),
    SEVEN_ZIP("7-Zip archive", Danger.CLOSED, 0, "377abcaf271c"),
    CABINET("cabinet archive", Danger.CLOSED, 0, "4d53434600000000"),
    XZ("xz file", Danger.CLOSED, 0, "fd377a585a00"),
    BZIP2("bzip2 file", Danger.CLOSED, 0, "425a6831415926535359"),
    OTHER("file", Danger.LOOKED_THROUGH, 0);

    /** What is done about a kind. */
    enum Danger {
        /** Opening it may run a program. */
        RUNS,
        /** An archive whose entries are scanned. */
        OPENED,
        /** An archive that is not looked into. */
        CLOSED,
        /** Its octets are searched, and that is all. */
        LOOKED_THROUGH
    }

    /** So many octets tell every kind. */
    static final int HEAD = 0x8001 + 5;

    private final String label;
    private final Danger danger;
    private final int at;
    private final byte[][] magic;

    FileKind(String label, Danger danger, int at, String... magic) {
        this.label = label;
        this.danger = danger;
        this.at = at;
        this.magic = Arrays.stream(magic).map(HexFormat.of()::parseHex).toArray(byte[][]::new);
    }

    /** @param head the first {@link #HEAD} octets, or all if there are fewer */
    static FileKind of(byte[] head) {
        for (var kind : values()) {
            if (kind.matches(head) && !(kind == WINDOWS_PROGRAM && isText(head))) {
                return kind;
            }
        }
        return OTHER;
    }

    private boolean matches(byte[] head) {
        for (var octets : magic) {
            int end = at + octets.length;
            if (head.length >= end && Arrays.equals(head, at, end, octets, 0, octets.length)) {
                return true;
            }
        }
        return false;
    }

    /** Two letters do not make a program: its header has a zero soon. */
    private static boolean isText(byte[] head) {
        return new String(head, 0, Math.min(64, head.length), StandardCharsets.ISO_8859_1).indexOf('\0') < 0;
    }

    String label() {
        return label;
    }

    Danger danger() {
        return danger;
    }
}
