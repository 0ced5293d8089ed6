package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.SmtpReply;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Files that mail readers understand: {@code path/DOMAIN/LOCALPART/{tmp,new,cur}}, one file for each recipient, with Return-Path before
 * the content and LF line ends. A file is forced, and so is its place in {@code new}, before it counts as delivered.
 */
final class MaildirTransport implements Transport {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final int COPY = 16 << 10;
    /** Of a file's name, on every file system of Linux. */
    private static final int NAME_OCTETS = 255;

    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path root;
    private final String hostname;
    private final InstantSource clock;
    private final LongSupplier ticker;
    private final AtomicLong count = new AtomicLong();

    MaildirTransport(Path root, String hostname, InstantSource clock, LongSupplier ticker) {
        this.root = root;
        this.hostname = encode(hostname);
        this.clock = clock;
        this.ticker = ticker;
    }

    @Override
    public Session open() {
        return new MaildirSession();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    private final class MaildirSession implements Session {
        @Override
        public DeliveryReport deliver(Delivery delivery) {
            long start = ticker.getAsLong();
            var outcomes = new ArrayList<DeliveryOutcome>();
            for (var recipient : delivery.recipients()) {
                outcomes.add(deliver(delivery, recipient));
            }
            var timing = new DeliveryReport.Timing(Duration.ZERO, Duration.ofNanos(ticker.getAsLong() - start));
            return new DeliveryReport.Attempted("maildir", outcomes, DeliveryReport.Dsn.OURS_DELIVERED, timing);
        }

        private DeliveryOutcome deliver(Delivery delivery, Recipient recipient) {
            if (encode(recipient.mailbox().localPart()).length() > NAME_OCTETS) {
                return new Failed(
                        Scope.RECIPIENT,
                        SmtpReply.of(550, "5.1.1", "the local part is too long for the name of a maildir"));
            }
            try {
                var name = write(delivery, folder(recipient.mailbox()));
                return new Relayed("maildir", SmtpReply.of(250, "2.0.0", "stored as " + name));
            } catch (IOException e) {
                var reason = SmtpTransaction.oneLine(e.getClass().getSimpleName() + ": " + e.getMessage());
                return new Deferred(Scope.RECIPIENT, SmtpReply.of(451, "4.3.0", "the maildir took no file: " + reason));
            }
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }

    private Path folder(Mailbox mailbox) {
        return root.resolve(encode(mailbox.domain().key())).resolve(encode(mailbox.localPart()));
    }

    /** A file name that is one step down the tree and nothing else, and different for different texts. */
    static String encode(String text) {
        if (text.isEmpty()) {
            return "%";
        }
        if (text.equals(".") || text.equals("..")) {
            return text.replace(".", "%2E");
        }
        var name = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (octet >= 'a' && octet <= 'z')
                    || (octet >= 'A' && octet <= 'Z')
                    || (octet >= '0' && octet <= '9')
                    || "._+-".indexOf(octet) >= 0;
            if (plain) {
                name.append((char) octet);
            } else {
                name.append('%').append(HEX.toHexDigits(octet));
            }
        }
        return name.toString();
    }

    private String write(Delivery delivery, Path folder) throws IOException {
        makeFolders(folder);
        var name = clock.instant().getEpochSecond() + ".Q" + delivery.id() + "N" + count.incrementAndGet() + "."
                + hostname;
        var temporary = folder.resolve("tmp").resolve(name);
        try {
            writeFile(delivery, temporary);
            Files.move(temporary, folder.resolve("new").resolve(name), StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folder.resolve("new"));
        } finally {
            Files.deleteIfExists(temporary);
        }
        return name;
    }

    private void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder.resolve("new"))) {
            return;
        }
        // "new" last: where it is, the others are.
        for (var part : new String[] {"tmp", "cur", "new"}) {
            Files.createDirectories(folder.resolve(part), mode("rwx------"));
        }
        for (var parent = folder; parent != null && parent.startsWith(root); parent = parent.getParent()) {
            forceFolder(parent);
        }
    }

    /** Mail is for whose mailbox it is: nobody else on the machine reads it, whatever the umask. */
    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }

    private static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void writeFile(Delivery delivery, Path file) throws IOException {
        try (var channel = FileChannel.open(file, NEW, mode("rw-------"));
                var content = delivery.content().open()) {
            var out = new BufferedOutputStream(Channels.newOutputStream(channel), COPY);
            var returnPath = "Return-Path: " + delivery.envelope().reversePath() + "\n";
            out.write(returnPath.getBytes(StandardCharsets.UTF_8));
            copyWithLineFeeds(content, out);
            out.flush();
            channel.force(true);
        }
    }

    /** CRLF becomes LF; any other CR stays. */
    private static void copyWithLineFeeds(InputStream content, OutputStream out) throws IOException {
        var chunk = new byte[COPY];
        boolean heldCr = false;
        for (int length = content.read(chunk); length >= 0; length = content.read(chunk)) {
            for (int i = 0; i < length; i++) {
                byte octet = chunk[i];
                if (heldCr && octet != '\n') {
                    out.write('\r');
                }
                heldCr = octet == '\r';
                if (!heldCr) {
                    out.write(octet);
                }
            }
        }
        if (heldCr) {
            out.write('\r');
        }
    }
}
