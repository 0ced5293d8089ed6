package io.mailvane.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is mounted, as Linux tells a process (proc(5), mountinfo). Reading it touches no storage, so that it does not hang with one.
 *
 * @param mounts in the order in which they were made: a later one hides an earlier one of the same point
 */
record MountTable(List<Mount> mounts) {
    private static final Path SELF = Path.of("/proc/self/mountinfo");
    /** Space, tab, line end and backslash in octal. */
    private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

    private static final int OCTAL = 8;
    private static final int POINT = 4;
    private static final int OPTIONS = 5;
    private static final int OF_THE_MOUNT = 6;

    MountTable {
        mounts = List.copyOf(mounts);
    }

    /**
     * One line of it.
     *
     * @param source the device, or {@code HOST:/VOLUME}
     */
    record Mount(Path point, String type, String source, boolean readOnly) {}

    /** Of this process; empty where there is no such thing. */
    static MountTable read() throws IOException {
        try {
            return parse(Files.readString(SELF));
        } catch (NoSuchFileException e) {
            return new MountTable(List.of());
        }
    }

    static MountTable parse(String text) {
        return new MountTable(text.lines().flatMap(MountTable::mount).toList());
    }

    /** What it does not understand it passes over: a kernel to come may say more. */
    private static Stream<Mount> mount(String line) {
        var halves = line.split(" - ", 2);
        var first = halves[0].split(" ");
        if (halves.length < 2 || first.length < OF_THE_MOUNT) {
            return Stream.empty();
        }
        var second = halves[1].split(" ", -1);
        if (second.length < 3) {
            return Stream.empty();
        }
        boolean readOnly = has(first[OPTIONS], "ro") || has(second[2], "ro");
        return Stream.of(new Mount(Path.of(plain(first[POINT])), second[0], plain(second[1]), readOnly));
    }

    private static boolean has(String options, String option) {
        return List.of(options.split(",")).contains(option);
    }

    private static String plain(String text) {
        return ESCAPE.matcher(text).replaceAll(found -> {
            var octet = String.valueOf((char) Integer.parseInt(found.group(1), OCTAL));
            return Matcher.quoteReplacement(octet);
        });
    }

    /** The mount that a path lies on. */
    Optional<Mount> of(Path path) {
        return mounts.stream()
                .filter(mount -> path.startsWith(mount.point()))
                .reduce((one, other) ->
                        other.point().getNameCount() >= one.point().getNameCount() ? other : one);
    }
}
