package io.mailvane.appliance.config;

import io.mailvane.inbound.PemTls;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Where the file's relative paths start. */
record Folder(Path base) {
    Reading<Path> path() {
        return Reading.of(text -> base.resolve(text).normalize());
    }

    Reading<Path> file() {
        return value -> {
            var file = path().read(value);
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new IllegalArgumentException("there is no file to read at " + file);
            }
            return file;
        };
    }

    /** The first line of a file, and nothing of it in a message. */
    Reading<Secret> secret() {
        return value -> {
            var file = file().read(value);
            try (var lines = Files.lines(file)) {
                return new Secret(lines.findFirst()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .orElseThrow(() -> new IllegalArgumentException("the first line of " + file + " is empty")));
            } catch (IOException | UncheckedIOException e) {
                throw new IllegalArgumentException(file + " cannot be read as text", e);
            }
        };
    }

    /** TLS of {@code certificate} and {@code key}; empty without both. */
    Optional<SSLContext> tls(Section section) {
        var certificate = section.get("certificate", file());
        var key = section.get("key", file());
        if (section.has("certificate") != section.has("key")) {
            section.problem(section.has("key") ? "key" : "certificate", "certificate and key come together");
        }
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PemTls.context(certificate.get(), key.get()));
        } catch (IOException | GeneralSecurityException e) {
            section.problem("certificate", "no TLS with it: " + e.getMessage());
            return Optional.empty();
        }
    }
}
