package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.QueueId;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import io.mailvane.mail.SmtpReply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** What the tests of the SMTP client share. Its time stands still unless a test moves it. */
final class SmtpKit implements AutoCloseable {
    static final QueueId ID = QueueId.of(0, 1, "zone-a");
    static final String CONTENT = "Subject: x\r\n\r\nbody\r\n";
    private static final Duration LONG = Duration.ofSeconds(20);

    final AtomicLong nanos = new AtomicLong();
    final AtomicLong opened = new AtomicLong();
    private final StallGuard guard = new StallGuard(10);

    static Timeouts timeouts() {
        return new Timeouts(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG);
    }

    SmtpTransport transport(ScriptedPeer... peers) {
        return transport(settings(TlsMode.NONE, timeouts()), peers);
    }

    SmtpTransport transport(SmtpClientSettings settings, ScriptedPeer... peers) {
        return transport(
                settings, Arrays.stream(peers).map(ScriptedPeer::target).toList());
    }

    SmtpTransport transportTo(Target target) {
        return transport(settings(TlsMode.NONE, timeouts()), List.of(target));
    }

    private SmtpTransport transport(SmtpClientSettings settings, List<Target> targets) {
        return new SmtpTransport(settings, _ -> new TargetSource.Targets(targets, ""), shared());
    }

    SmtpTransport.Shared shared() {
        return new SmtpTransport.Shared(nanos::get, guard, opened, address -> false);
    }

    static SmtpClientSettings settings(TlsMode tls, Timeouts timeouts) {
        try {
            return new SmtpClientSettings(
                    "mx-a.example",
                    tls,
                    TlsContexts.load(Optional.empty()),
                    Optional.empty(),
                    timeouts,
                    Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DeliveryReport deliver(Delivery delivery, ScriptedPeer... peers) {
        return deliver(settings(TlsMode.NONE, timeouts()), delivery, peers);
    }

    DeliveryReport deliver(SmtpClientSettings settings, Delivery delivery, ScriptedPeer... peers) {
        try (var session = transport(settings, peers).open()) {
            return outcome(session.deliver(delivery));
        }
    }

    /** A report without what was heard when, which {@link SmtpHeardIT} looks at. */
    static DeliveryReport outcome(DeliveryReport report) {
        return switch (report) {
            case DeliveryReport.Attempted r ->
                new DeliveryReport.Attempted(r.relay(), r.outcomes(), r.dsn(), r.timing());
            case DeliveryReport.NoConnection r -> new DeliveryReport.NoConnection(r.relay(), r.reply(), r.timing());
        };
    }

    Delivery mail(String... recipients) {
        return mail(envelope(recipients), CONTENT);
    }

    Delivery mail(Envelope envelope, String content) {
        var octets = content.getBytes(StandardCharsets.UTF_8);
        return new Delivery(
                ID,
                envelope,
                envelope.recipients(),
                octets.length,
                () -> new ByteArrayInputStream(octets),
                Deadline.in(Duration.ofMinutes(1), nanos::get),
                Optional.empty());
    }

    /** What {@code last} deferred. */
    Delivery again(ScriptedPeer last) {
        var mail = mail("a@x.example");
        return new Delivery(
                mail.id(),
                mail.envelope(),
                mail.recipients(),
                mail.size(),
                mail.content(),
                mail.deadline(),
                Optional.of(last.relay()));
    }

    static Envelope envelope(String... recipients) {
        return Envelope.of(
                ReversePath.of(Mailbox.parse("me@example.org")),
                Stream.of(recipients).map(r -> Recipient.of(Mailbox.parse(r))).toList());
    }

    static Envelope announced(Envelope.Body body, String... recipients) {
        var plain = envelope(recipients);
        return new Envelope(plain.reversePath(), plain.recipients(), body, false, Optional.empty(), Optional.empty());
    }

    static Envelope utf8(String from, String... recipients) {
        return new Envelope(
                ReversePath.of(Mailbox.parse(from)),
                envelope(recipients).recipients(),
                Envelope.Body.EIGHT_BIT_MIME,
                true,
                Optional.empty(),
                Optional.empty());
    }

    static DeliveryReport attempted(ScriptedPeer peer, DeliveryOutcome... outcomes) {
        return new DeliveryReport.Attempted(
                peer.relay(), List.of(outcomes), DeliveryReport.Dsn.OURS_RELAYED, DeliveryReport.Timing.NONE);
    }

    static DeliveryReport nobody(ScriptedPeer peer, String reason) {
        return new DeliveryReport.NoConnection(
                peer.relay(),
                SmtpReply.of(451, "4.4.1", "no connection with " + peer.relay() + ": " + reason),
                DeliveryReport.Timing.NONE);
    }

    static DeliveryOutcome relayed(ScriptedPeer peer) {
        return said(peer, new DeliveryOutcome.Relayed(peer.relay(), SmtpReply.of(250, "2.0.0", "Taken")));
    }

    /** In the peer's own words. */
    static DeliveryOutcome said(ScriptedPeer peer, DeliveryOutcome outcome) {
        var by = Optional.of(peer.target().mta());
        return switch (outcome) {
            case DeliveryOutcome.Relayed r -> new DeliveryOutcome.Relayed(r.relay(), r.reply(), by);
            case DeliveryOutcome.Deferred d -> new DeliveryOutcome.Deferred(d.scope(), d.reply(), by);
            case DeliveryOutcome.Failed f -> new DeliveryOutcome.Failed(f.scope(), f.reply(), by);
        };
    }

    /** In words of ours. */
    static DeliveryOutcome deferred(DeliveryOutcome.Scope scope, int code, String status, String text) {
        return new DeliveryOutcome.Deferred(scope, SmtpReply.of(code, status, text));
    }

    /** In words of ours. */
    static DeliveryOutcome failed(DeliveryOutcome.Scope scope, int code, String status, String text) {
        return new DeliveryOutcome.Failed(scope, SmtpReply.of(code, status, text));
    }

    @Override
    public void close() {
        guard.close();
    }
}
