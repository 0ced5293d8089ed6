package io.mailvane.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

/**
 * One opening of one process: what tells a claim of ours from one that we left in a former life.
 *
 * @param machine the kernel that counts its process ids: this boot of it, and the name space of the ids
 * @param startedMillis when the process began, by that kernel; 0 if it does not say
 * @param nonce random for each opening
 */
public record Incarnation(String machine, long pid, long startedMillis, String nonce) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path PIDS = Path.of("/proc/self/ns/pid");
    private static final int NONCE_OCTETS = 8;

    /** A new opening of this process. */
    public static Incarnation ofThisProcess() {
        var nonce = new byte[NONCE_OCTETS];
        new SecureRandom().nextBytes(nonce);
        var process = ProcessHandle.current();
        return new Incarnation(
                thisMachine(),
                process.pid(),
                startedMillis(process),
                HexFormat.of().formatHex(nonce));
    }

    /** "?" where the kernel does not tell: then nobody is known to be gone. */
    private static String thisMachine() {
        try {
            return Files.readString(BOOT).strip() + "/" + Files.readSymbolicLink(PIDS);
        } catch (IOException e) {
            return "?";
        }
    }

    private static long startedMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    /**
     * Whether it has surely ended. False of another machine's: nobody can tell from here.
     *
     * <p>A former opening of this very process counts as ended: who opens anew has closed before.
     */
    public boolean isGone() {
        var self = ProcessHandle.current();
        if (machine.equals("?") || !machine.equals(thisMachine())) {
            return false;
        }
        if (pid == self.pid() && startedMillis == startedMillis(self)) {
            return true;
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .map(other -> startedMillis(other) != startedMillis)
                .orElse(true);
    }
}
