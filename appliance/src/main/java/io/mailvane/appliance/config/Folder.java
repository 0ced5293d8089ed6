package io.mailvane.appliance.config;

import io.mailvane.inbound.PemTls;
import io.mailvane.mail.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/** Where the file's relative paths start. One thread at a time. */
final class Folder {
    private final Path base;
    private final Set<Path> secrets = new LinkedHashSet<>();

    Folder(Path base) {
        this.base = base;
    }

    Path base() {
        return base;
    }

    /** The files that hold a password or a private key, as far as they were read. */
    Set<Path> secrets() {
        return Collections.unmodifiableSet(secrets);
    }

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

    /** A file of PEM certificates. */
    Reading<Path> authorities() {
        return value -> {
            var file = file().read(value);
            try (var pem = Files.newInputStream(file)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(pem)
                        .isEmpty()) {
                    throw new IllegalArgumentException("there is no certificate in " + file);
                }
                return file;
            } catch (IOException | CertificateException e) {
                throw new IllegalArgumentException("there are no certificates to read in " + file, e);
            }
        };
    }

    /** The first line of a file, and nothing of it in a message. */
    Reading<Secret> secret() {
        return value -> {
            var file = file().read(value);
            secrets.add(file);
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
        secrets.add(key.get());
        try {
            return Optional.of(PemTls.context(certificate.get(), key.get()));
        } catch (IOException | GeneralSecurityException e) {
            section.problem("certificate", "no TLS with it: " + e.getMessage());
            return Optional.empty();
        }
    }
}
