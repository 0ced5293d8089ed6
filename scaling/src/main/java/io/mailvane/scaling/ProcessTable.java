package io.mailvane.scaling;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds workers among the processes of this machine by what stands on their command lines, and so without a record that a
 * crash could have kept from being written, or that names a number which another process has by now. Needs Linux's
 * {@code /proc}; elsewhere none is found.
 */
final class ProcessTable {
    private static final Path PROC = Path.of("/proc");

    private ProcessTable() {}

    /** @param option the one behind which {@code folder/ID} stands; the processes by id */
    static Map<String, ProcessHandle> workers(String option, Path folder) {
        var named = Pattern.compile(
                "\0" + Pattern.quote(option) + "\0" + Pattern.quote(folder + "/") + "(?<id>" + NodeDriver.ID + ")\0");
        Map<String, ProcessHandle> found = new LinkedHashMap<>();
        for (var process : ProcessHandle.allProcesses().toList()) {
            commandLine(process)
                    .map(named::matcher)
                    .filter(Matcher::find)
                    .ifPresent(matcher -> found.putIfAbsent(matcher.group("id"), process));
        }
        return found;
    }

    /** Whether it still does something: one that ended and that nobody waited for has no command line. */
    static boolean runs(ProcessHandle process) {
        return process.isAlive()
                && (!Files.isDirectory(PROC)
                        || commandLine(process).filter(line -> !line.isEmpty()).isPresent());
    }

    /** With a zero octet behind each argument. Empty if the process ended meanwhile, or may not be looked at. */
    private static Optional<String> commandLine(ProcessHandle process) {
        try {
            return Optional.of(Files.readString(
                    PROC.resolve(Long.toString(process.pid())).resolve("cmdline"), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
