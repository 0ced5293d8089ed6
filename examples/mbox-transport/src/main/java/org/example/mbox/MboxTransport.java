package org.example.mbox;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.SmtpReply;
import io.mailvane.outbound.Delivery;
import io.mailvane.outbound.DeliveryReport;
import io.mailvane.outbound.Transport;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;

/** Appends messages to one mbox file (RFC 4155); a message is whole and forced in it, or not there. Any number of threads. */
final class MboxTransport implements Transport {
    private static final int FLUSH = 64 << 10;

    private final Path file;

    MboxTransport(Path file) {
        this.file = file;
    }

    @Override
    public Session open() {
        return new MboxSession();
    }

    @Override
    public void close() {
        // Nothing is held open between deliveries.
    }

    private final class MboxSession implements Session {
        @Override
        public DeliveryReport deliver(Delivery delivery) {
            var outcomes = Collections.nCopies(delivery.recipients().size(), append(delivery));
            return new DeliveryReport.Attempted(
                    "mbox", outcomes, DeliveryReport.Dsn.OURS_DELIVERED, DeliveryReport.Timing.NONE);
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }

    /** A full disk is of the world: deferred. What the queue cannot read is thrown on, and is deferred by the caller. */
    private synchronized DeliveryOutcome append(Delivery delivery) {
        try (var mbox = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long end = mbox.size();
            boolean whole = false;
            try {
                mbox.position(end);
                write(delivery, mbox);
                mbox.force(true);
                whole = true;
            } finally {
                if (!whole) {
                    mbox.truncate(end);
                }
            }
            return new Relayed("mbox", SmtpReply.of(250, "2.0.0", "appended"));
        } catch (IOException e) {
            return new Deferred(
                    DeliveryOutcome.Scope.MESSAGE, SmtpReply.of(451, "4.3.0", "the mbox took no message"));
        }
    }

    private static void write(Delivery delivery, FileChannel mbox) throws IOException {
        var sender = delivery.envelope().reversePath().text();
        var buffer = new ByteArrayOutputStream();
        line(buffer, "From " + (sender.isEmpty() ? "MAILER-DAEMON" : sender) + " Thu Jan  1 00:00:00 1970");
        try (var content = new BufferedReader(lines(delivery.content().open()))) {
            for (var text = content.readLine(); text != null; text = content.readLine()) {
                line(buffer, text.startsWith("From ") ? ">" + text : text);
                if (buffer.size() >= FLUSH) {
                    flush(buffer, mbox);
                }
            }
        }
        line(buffer, "");
        flush(buffer, mbox);
    }

    /** Octets go through as they are. */
    private static InputStreamReader lines(InputStream content) {
        return new InputStreamReader(content, StandardCharsets.ISO_8859_1);
    }

    private static void line(ByteArrayOutputStream to, String text) {
        to.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        to.write('\n');
    }

    private static void flush(ByteArrayOutputStream buffer, FileChannel mbox) throws IOException {
        for (var octets = ByteBuffer.wrap(buffer.toByteArray()); octets.hasRemaining(); ) {
            mbox.write(octets);
        }
        buffer.reset();
    }
}
