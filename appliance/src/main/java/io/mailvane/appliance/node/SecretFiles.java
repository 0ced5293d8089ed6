package io.mailvane.appliance.node;

import io.mailvane.mail.LogLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import org.slf4j.Logger;

/**
 * Warns of passwords and keys that every user of the machine can read. No reason not to start: mail would wait for a
 * chmod. A group may be let in on purpose.
 */
final class SecretFiles {
    private SecretFiles() {}

    static void warn(Logger log, Collection<Path> files) {
        files.stream().sorted().forEach(file -> {
            try {
                if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                    log.warn("{}", alarm(file).field("reason", "every user can read it"));
                }
            } catch (IOException e) {
                log.warn("{}", alarm(file).field("reason", "who can read it is not known: " + e));
            }
        });
    }

    private static LogLine alarm(Path file) {
        return LogLine.event("alarm").field("what", "secret-readable").field("file", file);
    }
}
