package io.mailvane.scaling;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds workers among the processes of this machine by a variable and an option that they were given, and so without a record that a
 * crash could have kept from being written, or that names a number which another process has by now. Who has a worker's
 * command line alone, as one that traces it has, is none; nor is a child, which has its variable alone. Needs Linux's {@code /proc}; elsewhere none is found.
 */
final class ProcessTable {
    /** Holds the folder of the worker that was started with it. */
    static final String VARIABLE = "MAILVANE_WORKER";

    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** A process that was started for the worker of that id. */
    record Found(String id, ProcessHandle process) {}

    /**
     * All workers whose folders are in this one and stand behind that option. Processes that see other files are left out: the same path is another folder
     * to them, as in a container.
     */
    static List<Found> workers(String option, Path folder) {
        var named = Pattern.compile(
                "(?:^|\0)" + VARIABLE + "=" + Pattern.quote(octets(folder + "/")) + "(?<id>" + NodeDriver.ID + ")\0");
        var ours = files(ProcessHandle.current());
        var found = new ArrayList<Found>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            text(process, "environ")
                    .map(named::matcher)
                    .filter(Matcher::find)
                    .map(matcher -> matcher.group("id"))
                    .filter(id -> text(process, "cmdline")
                            .filter(line -> line.contains("\0" + option + "\0" + octets(folder + "/" + id) + "\0"))
                            .isPresent())
                    .filter(_ -> files(process).equals(ours))
                    .ifPresent(id -> found.add(new Found(id, process)));
        }
        return found;
    }

    /** As {@link #text} has them. */
    private static String octets(String text) {
        var charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        return new String(text.getBytes(charset), StandardCharsets.ISO_8859_1);
    }

    /** The mount namespace; empty if the process ended meanwhile, or may not be looked at. */
    private static Optional<String> files(ProcessHandle process) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(of(process).resolve("ns/mnt")).toString());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether it still does something: one that ended and that nobody waited for has no command line. */
    static boolean runs(ProcessHandle process) {
        return process.isAlive()
                && (!Files.isDirectory(PROC)
                        || text(process, "cmdline")
                                .filter(line -> !line.isEmpty())
                                .isPresent());
    }

    /** With a zero octet behind each part. Empty if the process ended meanwhile, or may not be looked at. */
    private static Optional<String> text(ProcessHandle process, String file) {
        try {
            return Optional.of(Files.readString(of(process).resolve(file), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Path of(ProcessHandle process) {
        return PROC.resolve(Long.toString(process.pid()));
    }
}
