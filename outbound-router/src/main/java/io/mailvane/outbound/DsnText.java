package io.mailvane.outbound;

import io.mailvane.mail.Mailbox;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.Utf8Address;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DsnComposer.Occasion;
import io.mailvane.queue.DsnComposer.Settled;
import jakarta.mail.internet.MimeUtility;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * What a DSN says, for people and for programs (RFC 3464 section 2), with CRLF line ends. What a peer said is cut, folded, and in the
 * fields made ASCII: it is never a line of its own.
 *
 * @param success how relayed recipients fared
 * @param form what may stand in the fields
 */
record DsnText(String hostname, Mailbox postmaster, DeliveryReport.Dsn success, DsnForm form) {
    private static final int MAX_REPLY = 1_000;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss '+0000'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    static String date(Instant at) {
        return DATE.format(at);
    }

    String subject(List<Settled> owed) {
        if (owed.stream().anyMatch(DsnText::isFailure)) {
            return "Undelivered mail";
        }
        return isFinal() ? "Delivered mail" : "Relayed mail";
    }

    private boolean isFinal() {
        return success == DeliveryReport.Dsn.OURS_DELIVERED;
    }

    private static boolean isFailure(Settled settled) {
        return settled.state() != RecipientState.RELAYED;
    }

    String words(Occasion occasion, List<Settled> owed) {
        var text = new StringBuilder(1_024);
        text.append("This is the mail system at ").append(hostname).append(".\r\n");
        var message = "\r\nYour message of " + date(occasion.received());
        list(text, message + " could not be delivered to:\r\n", owed, DsnText::isFailure);
        var relayed = isFinal()
                ? " was delivered to:\r\n"
                : " was relayed to a system that sends no reports of success, for:\r\n";
        list(text, message + relayed, owed, settled -> !isFailure(settled));
        text.append("\r\nFor help, write to ").append(postmaster).append(".\r\n");
        return text.toString();
    }

    private static void list(StringBuilder text, String title, List<Settled> owed, Predicate<Settled> which) {
        var chosen = owed.stream().filter(which).toList();
        if (!chosen.isEmpty()) {
            text.append(title);
            chosen.forEach(
                    settled -> text.append("\r\n").append(sentence(settled)).append("\r\n"));
        }
    }

    private static String sentence(Settled settled) {
        var expired =
                settled.state() == RecipientState.EXPIRED ? "given up after many attempts; the last answer was " : "";
        return MimeUtility.fold(0, "<" + settled.recipient().mailbox() + ">: " + expired + reply(settled.last()));
    }

    String fields(Occasion occasion, List<Settled> owed) {
        var text = new StringBuilder(1_024);
        occasion.envelope().envelopeId().ifPresent(id -> field(text, "Original-Envelope-Id", id));
        field(text, "Reporting-MTA", "dns; " + hostname);
        field(text, "Arrival-Date", date(occasion.received()));
        owed.forEach(settled -> recipient(text.append("\r\n"), settled));
        return text.toString();
    }

    private void recipient(StringBuilder text, Settled settled) {
        var reply = settled.last().outcome().reply();
        var saidBy = settled.last().outcome().saidBy();
        settled.recipient()
                .originalRecipient()
                .ifPresent(original -> addressField(text, "Original-Recipient", typed(original)));
        addressField(text, "Final-Recipient", address(settled.recipient().mailbox()));
        field(text, "Action", action(settled));
        field(
                text,
                "Status",
                settled.state() == RecipientState.EXPIRED
                        ? "4.4.7"
                        : reply.effectiveStatus().toString());
        saidBy.ifPresent(mta -> field(text, "Remote-MTA", "dns; " + mta.name()));
        field(text, "Diagnostic-Code", (saidBy.isPresent() ? "smtp; " : "x-mailvane; ") + reply(settled.last()));
        field(text, "Last-Attempt-Date", date(settled.last().at()));
    }

    /** {@code rfc822;joe@x} with the blank that people expect. */
    private String typed(String original) {
        int semicolon = original.indexOf(';');
        var type = original.substring(0, semicolon);
        var address = original.substring(semicolon + 1).strip();
        return type + "; " + (type.equalsIgnoreCase(Utf8Address.TYPE) ? said(address) : address);
    }

    private String address(Mailbox mailbox) {
        return mailbox.isAscii() ? "rfc822; " + mailbox : "utf-8; " + said(mailbox.toString());
    }

    /** An address of the type utf-8: as it is, or in 7-bit (RFC 6533 section 3). */
    private String said(String address) {
        return form == DsnForm.UTF_8 ? address : new Utf8Address(address).xtext();
    }

    private String action(Settled settled) {
        if (isFailure(settled)) {
            return "failed";
        }
        return isFinal() ? "delivered" : "relayed";
    }

    private static String reply(Attempt attempt) {
        var text = attempt.outcome().reply().text();
        return text.length() <= MAX_REPLY ? text : text.substring(0, MAX_REPLY) + " ...";
    }

    private static void field(StringBuilder text, String name, String value) {
        line(text, name, value.replaceAll("[^\\x20-\\x7e]", "?"));
    }

    /** What is not ASCII in it stands there because the form takes it. */
    private void addressField(StringBuilder text, String name, String value) {
        if (form == DsnForm.UTF_8) {
            line(text, name, value.replaceAll("\\p{Cc}", "?"));
        } else {
            field(text, name, value);
        }
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(name)
                .append(": ")
                .append(MimeUtility.fold(name.length() + 2, value))
                .append("\r\n");
    }
}
