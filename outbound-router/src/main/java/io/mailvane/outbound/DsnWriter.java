package io.mailvane.outbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.ReversePath;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DsnComposer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Writes DSNs (RFC 3464): what happened in words, in fields, and the header section of the message. Any number of threads. */
public final class DsnWriter implements DsnComposer {
    /** Who answers NOTIFY=SUCCESS, for the settlement that runs in this scope. */
    static final ScopedValue<DeliveryReport.Dsn> SUCCESS = ScopedValue.newInstance();

    private static final int MAX_HEADER = 64 << 10;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

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

    @Override
    public Optional<Dsn> compose(Occasion occasion) throws IOException {
        var sender = occasion.envelope().reversePath().mailbox();
        var owed = occasion.settled().stream().filter(DsnWriter::isOwed).toList();
        if (sender.isEmpty() || owed.isEmpty()) {
            return Optional.empty();
        }
        var to = sender.get();
        var envelope = new Envelope(
                ReversePath.nullPath(),
                List.of(new Recipient(to, java.util.Set.of(Recipient.Notify.NEVER), Optional.empty())),
                Envelope.Body.EIGHT_BIT_MIME,
                !to.isAscii(),
                Optional.empty(),
                Optional.empty());
        return Optional.of(new Dsn(envelope, text(occasion, owed, to).getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean isOwed(Settled settled) {
        if (settled.state() != RecipientState.RELAYED) {
            return settled.recipient().notifyOnFailure();
        }
        return settled.recipient().notifyOn().contains(Recipient.Notify.SUCCESS)
                && SUCCESS.orElse(DeliveryReport.Dsn.HANDED_ON) != DeliveryReport.Dsn.HANDED_ON;
    }

    private String text(Occasion occasion, List<Settled> owed, Mailbox to) throws IOException {
        var at = owed.getLast().last().at();
        var boundary = "=_" + occasion.id() + "." + at.toEpochMilli();
        boolean failed = owed.stream().anyMatch(settled -> settled.state() != RecipientState.RELAYED);
        var text = new StringBuilder(2_048);
        text.append("From: Mail Delivery System <MAILER-DAEMON@")
                .append(hostname)
                .append(">\n");
        text.append("To: <").append(to).append(">\n");
        text.append("Subject: ")
                .append(failed ? "Undelivered mail" : "Mail was relayed")
                .append("\n");
        text.append("Date: ").append(DATE.format(at)).append("\n");
        text.append("Message-ID: <")
                .append(boundary.substring(2))
                .append('@')
                .append(hostname)
                .append(">\n");
        text.append("Auto-Submitted: auto-replied\nMIME-Version: 1.0\n");
        text.append("Content-Type: multipart/report; report-type=delivery-status;\n boundary=\"");
        text.append(boundary).append("\"\n\n--").append(boundary);
        text.append("\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n");
        text.append("This is the mail system at ").append(hostname).append(".\n\n");
        owed.forEach(settled -> text.append('<')
                .append(settled.recipient().mailbox())
                .append(">: ")
                .append(settled.last().outcome().reply().text())
                .append("\n"));
        text.append("\nFor help, write to ")
                .append(postmaster)
                .append(".\n\n--")
                .append(boundary);
        text.append("\nContent-Type: message/delivery-status\n\n").append(perMessage(occasion));
        owed.forEach(settled -> text.append('\n').append(fields(settled)));
        text.append("\n--").append(boundary).append("\nContent-Type: text/rfc822-headers\n");
        text.append("Content-Transfer-Encoding: 8bit\n\n");
        text.append(header(occasion.content())).append("\n--").append(boundary).append("--\n");
        return text.toString().replace("\r\n", "\n").replace("\n", "\r\n");
    }

    private String perMessage(Occasion occasion) {
        var envelopeId =
                occasion.envelope().envelopeId().map(id -> "Original-Envelope-Id: " + SmtpCommands.xtext(id) + "\n");
        return envelopeId.orElse("") + "Reporting-MTA: dns; " + hostname + "\nArrival-Date: "
                + DATE.format(occasion.received()) + "\n";
    }

    private static String fields(Settled settled) {
        var mailbox = settled.recipient().mailbox();
        var reply = settled.last().outcome().reply();
        var original = settled.recipient()
                .originalRecipient()
                .map(orcpt -> "Original-Recipient: " + SmtpCommands.xtext(orcpt) + "\n")
                .orElse("");
        var remote = remote(settled.last());
        return original
                + "Final-Recipient: "
                + (mailbox.isAscii() ? "rfc822; " + mailbox : "utf-8; " + SmtpCommands.xtext(mailbox.toString()))
                + "\nAction: " + action(settled)
                + "\nStatus: " + (settled.state() == RecipientState.EXPIRED ? "4.4.7" : reply.effectiveStatus())
                + remote.map(name -> "\nRemote-MTA: dns; " + name).orElse("")
                + "\nDiagnostic-Code: " + (remote.isPresent() ? "smtp; " : "x-mailvane; ") + reply.text()
                + "\nLast-Attempt-Date: " + date(settled.last().at()) + "\n";
    }

    private static String action(Settled settled) {
        if (settled.state() != RecipientState.RELAYED) {
            return "failed";
        }
        return SUCCESS.orElse(DeliveryReport.Dsn.HANDED_ON) == DeliveryReport.Dsn.OURS_DELIVERED
                ? "delivered"
                : "relayed";
    }

    private static String date(Instant at) {
        return DATE.format(at);
    }

    private static Optional<String> remote(Attempt attempt) {
        int bracket = attempt.relay().indexOf('[');
        return bracket <= 0 ? Optional.empty() : Optional.of(attempt.relay().substring(0, bracket));
    }

    private static String header(ContentSource source) throws IOException {
        try (var content = source.open()) {
            var text = new String(content.readNBytes(MAX_HEADER), StandardCharsets.UTF_8);
            int end = text.indexOf("\r\n\r\n");
            return end < 0 ? text.substring(0, text.lastIndexOf('\n') + 1) : text.substring(0, end + 2);
        }
    }
}
