package io.mailvane.outbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.DsnComposer;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetHeaders;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import jakarta.mail.internet.ParseException;
import jakarta.mail.util.ByteArrayDataSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/**
 * Writes DSNs (RFC 3461, RFC 3464): what happened in words, in fields, and the header section of the message, or all of it if RET=FULL
 * asked for it and it is small. Any number of threads.
 *
 * <p>A DSN must arrive at whatever system the message came from: {@link DsnForm} says what may stand in it.
 */
public final class DsnWriter implements DsnComposer {
    /** Who answers NOTIFY=SUCCESS, for the settlement that runs in this scope. */
    static final ScopedValue<DeliveryReport.Dsn> SUCCESS = ScopedValue.newInstance();

    private static final Session MAIL = Session.getInstance(properties());

    private final String hostname;
    private final Mailbox postmaster;

    /**
     * @param hostname Reporting-MTA, and the right side of our Message-ID
     * @param postmaster whom a human may ask
     */
    public DsnWriter(String hostname, Mailbox postmaster) {
        this.hostname = hostname;
        this.postmaster = postmaster;
    }

    private static Properties properties() {
        var properties = new Properties();
        // Only an internationalized address (RFC 6532) puts such octets into a header section of ours.
        properties.setProperty("mail.mime.allowutf8", "true");
        return properties;
    }

    @Override
    public Optional<Dsn> compose(Occasion occasion) throws IOException {
        var sender = occasion.envelope().reversePath().mailbox();
        var owed = occasion.settled().stream().filter(DsnWriter::isOwed).toList();
        if (sender.isEmpty() || owed.isEmpty()) {
            return Optional.empty();
        }
        try {
            var content = content(occasion, owed, sender.get());
            return Optional.of(new Dsn(envelope(sender.get(), content), content));
        } catch (MessagingException e) {
            throw new IOException("the DSN for " + occasion.id() + " does not come about: " + e.getMessage(), e);
        }
    }

    private static boolean isOwed(Settled settled) {
        if (settled.state() != RecipientState.RELAYED) {
            return settled.recipient().notifyOnFailure();
        }
        return settled.recipient().notifyOn().contains(Recipient.Notify.SUCCESS)
                && success() != DeliveryReport.Dsn.HANDED_ON;
    }

    private static DeliveryReport.Dsn success() {
        return SUCCESS.orElse(DeliveryReport.Dsn.HANDED_ON);
    }

    private static Envelope envelope(Mailbox to, byte[] content) {
        return new Envelope(
                ReversePath.nullPath(),
                List.of(new Recipient(to, Set.of(Recipient.Notify.NEVER), Optional.empty())),
                DsnForm.isSevenBit(content) ? Envelope.Body.SEVEN_BIT : Envelope.Body.EIGHT_BIT_MIME,
                DsnForm.to(to) == DsnForm.UTF_8,
                Optional.empty(),
                Optional.empty());
    }

    private byte[] content(Occasion occasion, List<Settled> owed, Mailbox to) throws IOException, MessagingException {
        var at = owed.getFirst().last();
        // Two reports of one message differ in the recipient that comes first.
        var unique = occasion.id() + "." + at.at().toEpochMilli() + "." + at.recipient();
        var form = DsnForm.to(to);
        var text = new DsnText(hostname, postmaster, success(), form);
        var report = new Report("=_" + unique);
        report.addBodyPart(words(text.words(occasion, owed)));
        report.addBodyPart(fields(text.fields(occasion, owed)));
        report.addBodyPart(returned(occasion, owed, form));
        var message = new OwnMessage(report.octets());
        message.setHeader("From", "Mail Delivery System <MAILER-DAEMON@" + hostname + ">");
        message.setHeader("To", "<" + form.say(to) + ">");
        message.setHeader("Subject", text.subject(owed));
        message.setHeader("Date", DsnText.date(at.at()));
        message.setHeader("Message-ID", "<" + unique + "@" + hostname + ">");
        message.setHeader("Auto-Submitted", "auto-replied");
        message.setHeader("MIME-Version", "1.0");
        message.setHeader("Content-Type", report.getContentType());
        var octets = new ByteArrayOutputStream();
        message.writeTo(octets);
        return octets.toByteArray();
    }

    /**
     * Encoded here: the library would look for who can do so on the whole class path, and there is an older edition of it there,
     * of which it would take the first.
     */
    private static BodyPart words(String text) throws IOException, MessagingException {
        var type = "text/plain; charset=utf-8";
        var octets = text.getBytes(StandardCharsets.UTF_8);
        var encoding = MimeUtility.getEncoding(new ByteArrayDataSource(octets, type));
        var encoded = new ByteArrayOutputStream();
        try (var to = MimeUtility.encode(encoded, encoding)) {
            to.write(octets);
        }
        return part(type, encoding, encoded.toByteArray());
    }

    private static BodyPart fields(String text) throws MessagingException {
        var octets = text.getBytes(StandardCharsets.UTF_8);
        return DsnForm.isSevenBit(octets)
                ? part("message/delivery-status", "7bit", octets)
                : part("message/global-delivery-status", "8bit", octets);
    }

    private static BodyPart part(String type, String encoding, byte[] octets) throws MessagingException {
        var headers = new InternetHeaders();
        headers.setHeader("Content-Type", type);
        headers.setHeader("Content-Transfer-Encoding", encoding);
        return new MimeBodyPart(headers, octets);
    }

    private static BodyPart returned(Occasion occasion, List<Settled> owed, DsnForm form)
            throws IOException, MessagingException {
        boolean failure = owed.stream().anyMatch(settled -> settled.state() != RecipientState.RELAYED);
        boolean full = failure
                && occasion.envelope()
                        .ret()
                        .filter(ret -> ret == Envelope.Return.FULL)
                        .isPresent();
        var returned = ReturnedContent.read(occasion.content(), full, form);
        return part(returned.type(), returned.encoding(), returned.octets());
    }

    /** A multipart/report whose boundary is given, for it is asserted whole. */
    private static final class Report extends MimeMultipart {
        Report(String boundary) throws ParseException {
            super("report");
            var type = new ContentType(contentType);
            type.setParameter("report-type", "delivery-status");
            type.setParameter("boundary", boundary);
            contentType = type.toString();
        }

        byte[] octets() throws IOException, MessagingException {
            updateHeaders();
            var octets = new ByteArrayOutputStream();
            writeTo(octets);
            return octets.toByteArray();
        }
    }

    /** A body that is ready, below a header section that is said whole: nothing is added to it. */
    private static final class OwnMessage extends MimeMessage {
        OwnMessage(byte[] body) {
            super(MAIL);
            content = body;
            modified = false;
            saved = true;
        }
    }
}
