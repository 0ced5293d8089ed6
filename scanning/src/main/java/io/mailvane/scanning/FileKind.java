package io.mailvane.scanning;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
    /** {@code BZh} and the size of its blocks; then the first block, or the end of an empty file, behind which another may be. */
    BZIP2("bzip2 file", Danger.CLOSED, 0, bzip2("314159265359", "177245385090")),
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

    /** Of each kind the octets it may have, as characters. */
    private static final Map<FileKind, List<String>> MAGIC =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(kind -> kind, FileKind::begins));

    private final String label;
    private final Danger danger;
    private final int at;
    /** Words of hexadecimal digits. */
    private final String magic;

    FileKind(String label, Danger danger, int at, String... magic) {
        this.label = label;
        this.danger = danger;
        this.at = at;
        this.magic = String.join(" ", magic);
    }

    private static String[] bzip2(String... blocks) {
        return IntStream.rangeClosed('1', '9')
                .boxed()
                .flatMap(size -> Arrays.stream(blocks).map(block -> "425a68" + Integer.toHexString(size) + block))
                .toArray(String[]::new);
    }

    private List<String> begins() {
        return magic.isEmpty()
                ? List.of()
                : Arrays.stream(magic.split(" "))
                        .map(word -> new String(HexFormat.of().parseHex(word), StandardCharsets.ISO_8859_1))
                        .toList();
    }

    /** @param octets the first {@link #HEAD}, or all if there are fewer */
    static FileKind of(byte[] octets) {
        var head = new String(octets, StandardCharsets.ISO_8859_1);
        for (var kind : values()) {
            if (kind.matches(head) && !(kind == WINDOWS_PROGRAM && isText(head))) {
                return kind;
            }
        }
        return OTHER;
    }

    private boolean matches(String head) {
        return MAGIC.getOrDefault(this, List.of()).stream().anyMatch(begin -> head.startsWith(begin, at));
    }

    /** Two letters do not make a program: its header has a zero soon. */
    private static boolean isText(String head) {
        return head.substring(0, Math.min(64, head.length())).indexOf('\0') < 0;
    }

    String label() {
        return label;
    }

    Danger danger() {
        return danger;
    }
}
