package io.mailvane.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * One opening of one process: what tells a claim of ours from one that we left in a former life.
 *
 * @param machine the kernel that counts its process ids: this boot of it, and the name space of the ids
 * @param startedTicks when the process began, in the kernel's ticks since its boot, which no change of a clock touches; 0 if it does not say
 * @param nonce random for each opening
 */
public record Incarnation(String machine, long pid, long startedTicks, String nonce) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PIDS = Path.of("/proc/self/ns/pid");
    private static final int NONCE_OCTETS = 8;
    private static final int THIRD = 3;
    private static final int THREADS = 20;
    private static final int STARTED = 22;

    /** A new opening of this process. */
    public static Incarnation ofThisProcess() {
        var nonce = new byte[NONCE_OCTETS];
        new SecureRandom().nextBytes(nonce);
        long pid = ProcessHandle.current().pid();
        return new Incarnation(
                thisMachine(), pid, startedTicks(pid).orElse(0), HexFormat.of().formatHex(nonce));
    }

    /** "?" where the kernel does not tell: then nobody is known to be gone. */
    private static String thisMachine() {
        try {
            return Files.readString(BOOT).strip() + "/" + Files.readSymbolicLink(PIDS);
        } catch (IOException e) {
            return "?";
        }
    }

    /** Empty if there is no such process, or the kernel does not say. */
    private static OptionalLong startedTicks(long pid) {
        try {
            return startedTicks(Files.readString(stat(pid), StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static Path stat(long pid) {
        return Path.of("/proc", Long.toString(pid), "stat");
    }

    /** The 22nd field of {@code stat} (proc_pid_stat(5)). The second, the program's name, may hold blanks and brackets, so it is passed over. */
    static OptionalLong startedTicks(String stat) {
        var behindName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return behindName.length > STARTED - THIRD && behindName[STARTED - THIRD].matches("\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(behindName[STARTED - THIRD]))
                : OptionalLong.empty();
    }

    /** It ended, and its parent has not asked how: the last of its threads is a zombie, or none is left. */
    static boolean isDead(String stat) {
        var behindName = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
        return behindName.length > THREADS - THIRD
                && behindName[0].matches("[ZX]")
                && behindName[THREADS - THIRD].matches("[01]");
    }

    /**
     * Whether it has surely ended. False of another machine's: nobody can tell from here.
     *
     * <p>A former opening of this very process counts as ended: who opens anew has closed before.
     */
    public boolean isGone() {
        long self = ProcessHandle.current().pid();
        if (machine.equals("?") || startedTicks == 0 || !machine.equals(thisMachine())) {
            return false;
        }
        try {
            var stat = Files.readString(stat(pid), StandardCharsets.ISO_8859_1);
            var started = startedTicks(stat);
            return pid == self || isDead(stat) || (started.isPresent() && started.getAsLong() != startedTicks);
        } catch (IOException e) {
            return !Files.exists(stat(pid));
        }
    }
}
