package io.mailvane.sandbox;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Maildirs, one for each mailbox: ROOT/DOMAIN/LOCALPART/{tmp,new,cur}. Other octets than {@code A-Za-z0-9._+-} are
 * percent-encoded. Nothing is forced to the disk: this is a sample world. Safe for threads.
 */
final class Postbox {
    /** Of most file systems. */
    private static final int LONGEST_NAME = 255;

    private final Path root;
    private final String start;
    private final AtomicLong sequence = new AtomicLong();

    Postbox(Path root, InstantSource clock) throws IOException {
        this.root = root;
        start = Long.toString(clock.millis(), 36).toUpperCase(Locale.ROOT);
        Files.createDirectories(root.resolve("tmp"));
    }

    /** Content that is not delivered yet; closing it forgets it. */
    final class Draft implements AutoCloseable {
        private final String id = start + "-" + sequence.incrementAndGet();
        private final Path file = root.resolve("tmp").resolve(id);
        private final OutputStream content = new BufferedOutputStream(Files.newOutputStream(file));

        private Draft() throws IOException {}

        String id() {
            return id;
        }

        OutputStream content() {
            return content;
        }

        /**
         * Puts a copy into one mailbox.
         *
         * @param trace header fields to stand before the content, with their CRLF
         */
        void deliver(Mailbox mailbox, String trace) throws IOException {
            content.flush();
            var maildir = root.resolve(mailbox.domainFolder()).resolve(mailbox.localFolder());
            for (var folder : new String[] {"tmp", "new", "cur"}) {
                Files.createDirectories(maildir.resolve(folder));
            }
            var incoming = maildir.resolve("tmp").resolve(id);
            try (var out = Files.newOutputStream(incoming)) {
                out.write(trace.getBytes(StandardCharsets.UTF_8));
                Files.copy(file, out);
            }
            Files.move(incoming, maildir.resolve("new").resolve(id), StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public void close() throws IOException {
            content.close();
            Files.deleteIfExists(file);
        }
    }

    Draft begin() throws IOException {
        return new Draft();
    }

    /** A mailbox that has a folder. */
    record Mailbox(String localPart, String domain) {
        /**
         * @throws UsageException if it is no mailbox, or its name is too long to keep
         */
        static Mailbox parse(String forwardPath, String ownDomain) {
            int at = forwardPath.lastIndexOf('@');
            if (at < 0 && forwardPath.equalsIgnoreCase("postmaster")) {
                return new Mailbox("postmaster", ownDomain);
            }
            if (at <= 0 || at == forwardPath.length() - 1) {
                throw new UsageException("not a mailbox");
            }
            var mailbox = new Mailbox(
                    forwardPath.substring(0, at), forwardPath.substring(at + 1).toLowerCase(Locale.ROOT));
            if (mailbox.localFolder().length() > LONGEST_NAME
                    || mailbox.domainFolder().length() > LONGEST_NAME) {
                throw new UsageException("the mailbox's name is too long");
            }
            return mailbox;
        }

        String localFolder() {
            return folder(localPart);
        }

        String domainFolder() {
            return folder(domain);
        }

        private static String folder(String name) {
            var encoded = new StringBuilder();
            for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
                boolean isPlain = octet > 0 && (Character.isLetterOrDigit(octet) || "._+-".indexOf(octet) >= 0);
                encoded.append(isPlain ? String.valueOf((char) octet) : "%%%02X".formatted(octet & 0xff));
            }
            // Never "." or "..", which mean another folder.
            return encoded.toString().matches("\\.{1,2}") ? encoded.toString().replace(".", "%2E") : encoded.toString();
        }
    }
}
