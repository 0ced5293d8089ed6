package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.Recipient.Notify;
import io.mailvane.mail.RecipientState;
import io.mailvane.mail.RemoteMta;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import io.mailvane.queue.Attempt;
import io.mailvane.queue.DsnComposer.Dsn;
import io.mailvane.queue.DsnComposer.Occasion;
import io.mailvane.queue.DsnComposer.Settled;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.eclipse.angus.mail.dsn.DeliveryStatus;

/** Settlements, and the DSNs that a writer composes of them. */
abstract class DsnKit {
    static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");
    static final Instant TRIED = Instant.parse("2026-03-01T12:05:00Z");
    static final QueueId ID = QueueId.of(RECEIVED.toEpochMilli(), 1, "zone-a");
    static final String RELAY = "mx.shop.example[198.51.100.1]:25";
    static final Optional<RemoteMta> PEER = Optional.of(new RemoteMta("mx.shop.example"));
    static final String MESSAGE = "Received: from client\r\nSubject: Hello\r\n\r\nbody\r\n";

    final DsnWriter writer = new DsnWriter("mx-a.example", Mailbox.parse("postmaster@shop.example"));

    static Recipient to(String mailbox, Notify... notify) {
        return new Recipient(Mailbox.parse(mailbox), Set.of(notify), Optional.empty());
    }

    static Settled failed(Recipient recipient, int code, String status, String text) {
        return settled(
                recipient,
                RecipientState.FAILED,
                new DeliveryOutcome.Failed(Scope.RECIPIENT, SmtpReply.of(code, status, text), PEER));
    }

    static Settled relayed(Recipient recipient) {
        return settled(
                recipient,
                RecipientState.RELAYED,
                new DeliveryOutcome.Relayed(RELAY, SmtpReply.of(250, "2.1.5", "Ok"), PEER));
    }

    static Settled settled(Recipient recipient, RecipientState state, DeliveryOutcome outcome) {
        return new Settled(recipient, state, new Attempt(0, TRIED, "customer", RELAY, outcome, ""));
    }

    Optional<Dsn> compose(Envelope envelope, String message, Settled... settled) throws IOException {
        return writer.compose(new Occasion(
                ID,
                envelope,
                RECEIVED,
                List.of(settled),
                () -> new ByteArrayInputStream(message.getBytes(StandardCharsets.UTF_8))));
    }

    Optional<Dsn> compose(Settled... settled) throws IOException {
        return compose(from("me@example.org", settled), MESSAGE, settled);
    }

    static Envelope from(String sender, Settled... settled) {
        return Envelope.of(
                ReversePath.of(Mailbox.parse(sender)),
                Arrays.stream(settled).map(Settled::recipient).toList());
    }

    static Envelope returning(Envelope.Return what) {
        return new Envelope(
                ReversePath.of(Mailbox.parse("me@example.org")),
                List.of(to("a@shop.example")),
                Envelope.Body.SEVEN_BIT,
                false,
                Optional.of(what),
                Optional.of("my id 1"));
    }

    static String text(Optional<Dsn> dsn) {
        return new String(dsn.orElseThrow().content(), StandardCharsets.UTF_8);
    }

    static MimeMultipart parts(Optional<Dsn> dsn) throws Exception {
        var message = new MimeMessage(
                Session.getInstance(new Properties()),
                new ByteArrayInputStream(dsn.orElseThrow().content()));
        return (MimeMultipart) message.getContent();
    }

    static DeliveryStatus status(Optional<Dsn> dsn) throws Exception {
        return new DeliveryStatus(parts(dsn).getBodyPart(1).getInputStream());
    }

    static String returned(Optional<Dsn> dsn) throws Exception {
        return new String(parts(dsn).getBodyPart(2).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
