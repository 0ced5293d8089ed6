package io.mailvane.inbound;

import io.mailvane.mail.LogLine;
import io.mailvane.mail.MessageState;
import io.mailvane.mail.ResultField;
import io.mailvane.mail.ScanOutcome;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.Verdict;
import io.mailvane.queue.Acceptance;
import io.mailvane.queue.QueueUnavailableException;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said to a message whose content has ended: it is refused, or scanned and then refused, kept or not now. 250 is said
 * after {@code commit} has returned, in {@link #keep}. The connection's thread.
 */
final class EndOfData {
    private static final Logger LOG = LoggerFactory.getLogger(EndOfData.class);
    private static final SmtpReply NOT_NOW = SmtpReply.of(451, "4.7.1", "Not just now, try again later");
    private static final SmtpReply REFUSED = SmtpReply.of(550, "5.7.1", "Message refused");

    private final SmtpServer.Shared shared;
    private final Session session;
    private final Wire wire;
    private final Reception reception;
    private Optional<ScanOutcome> scanned = Optional.empty();

    EndOfData(SmtpServer.Shared shared, Session session, Wire wire, Reception reception) {
        this.shared = shared;
        this.session = session;
        this.wire = wire;
        this.reception = reception;
    }

    SmtpReply reply() {
        var reply = judge();
        switch (reply.statusClass()) {
            case SUCCESS, INTERMEDIATE -> shared.stats().acceptedMessage(reception.size());
            case TEMPORARY -> shared.stats().deferredMessage();
            case PERMANENT -> shared.stats().refusedMessage();
        }
        LOG.info("{}", report(reply));
        return reply;
    }

    private SmtpReply judge() {
        var refusal = reception.end();
        if (refusal.isPresent()) {
            return refusal.get().reply();
        }
        try {
            if (reception.failure().isPresent()) {
                throw reception.failure().get();
            }
            var transaction = session.transaction().orElseThrow();
            return settle(transaction, shared.scan().apply(offered(transaction)));
        } catch (QueueUnavailableException e) {
            LOG.error(
                    "{}",
                    LogLine.event("alarm")
                            .field("what", "not-queued")
                            .field("qid", reception.incoming().id())
                            .field("reason", String.valueOf(e.getMessage())),
                    e);
            return shared.chain().judge().notStored(session);
        }
    }

    private Offered offered(Transaction transaction) {
        var incoming = reception.incoming();
        return new Offered(
                incoming.id(),
                session.helo().orElse(""),
                session.client(),
                transaction.envelope(),
                incoming.size(),
                incoming::content);
    }

    private SmtpReply settle(Transaction transaction, ScanOutcome outcome) throws QueueUnavailableException {
        scanned = Optional.of(outcome);
        return switch (outcome) {
            case ScanOutcome.Judged(Verdict said) -> settle(transaction, said);
            case ScanOutcome.ToScan _ -> keep(transaction, MessageState.TO_SCAN, List.of(), "");
            case ScanOutcome.NotNow _ -> NOT_NOW;
            case ScanOutcome.Unscanned(var fields) -> keep(transaction, MessageState.ACTIVE, fields, "");
        };
    }

    private SmtpReply settle(Transaction transaction, Verdict said) throws QueueUnavailableException {
        return switch (said.action()) {
            case ACCEPT, MARK -> keep(transaction, MessageState.ACTIVE, said.fields(), "");
            case DEFER -> NOT_NOW;
            case QUARANTINE -> keep(transaction, MessageState.QUARANTINED, said.fields(), said.why());
            case REJECT -> REFUSED;
        };
    }

    private SmtpReply keep(Transaction transaction, MessageState state, List<ResultField> fields, String why)
            throws QueueUnavailableException {
        var incoming = reception.incoming();
        incoming.commit(new Acceptance(
                transaction.envelope(),
                state,
                prologue(transaction, fields),
                reception.header().findings().elisions(),
                why));
        return SmtpReply.of(250, "2.0.0", "Ok: queued as " + incoming.id());
    }

    private byte[] prologue(Transaction transaction, List<ResultField> fields) {
        var only = transaction.recipients().size() == 1
                ? Optional.of(transaction.recipients().getFirst().mailbox().toString())
                : Optional.<String>empty();
        var octets = new ByteArrayOutputStream();
        octets.writeBytes(ResultField.octets(fields));
        octets.writeBytes(trace(transaction)
                .octets(reception.incoming().id(), only, shared.clock().instant()));
        if (reception.header().beginsWithinAField()) {
            // Ends our fields before content that would go on with the last of them; what came stays as it came.
            octets.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        return octets.toByteArray();
    }

    private ReceivedField trace(Transaction transaction) {
        var version = wire.getSSLSession().map(tls -> tls.getProtocol() + " " + tls.getCipherSuite());
        var base = session.extended() ? "ESMTP" : "SMTP";
        var protocol = (transaction.smtpUtf8() ? "UTF8SMTP" : base) + (version.isPresent() ? "S" : "");
        return new ReceivedField(
                session.helo().orElse("unknown"),
                addressLiteral(),
                shared.settings().hostname(),
                protocol,
                version);
    }

    /** RFC 5321 section 4.1.3, which knows no scope id: that means something on this host alone. */
    private String addressLiteral() {
        var address = session.client();
        var text = address.getHostAddress();
        return address instanceof Inet6Address ? "[IPv6:" + text.replaceFirst("%.*", "") + "]" : "[" + text + "]";
    }

    private LogLine report(SmtpReply reply) {
        var transaction = session.transaction();
        var line = LogLine.event("transaction")
                .field("qid", reception.incoming().id())
                .field("client", session.name())
                .field("from", transaction.map(t -> t.reversePath().toString()).orElse("-"))
                .field("nrcpt", transaction.map(t -> t.recipients().size()).orElse(0))
                .field("size", reception.size())
                .field("reply", reply.text());
        scanned.ifPresent(outcome -> addTo(line, outcome));
        return line;
    }

    /** Where nothing is scanned there is nothing to say of it. */
    private static void addTo(LogLine line, ScanOutcome outcome) {
        switch (outcome) {
            case ScanOutcome.Judged(Verdict said) ->
                line.field("scan", said.action().label()).field("why", said.why());
            case ScanOutcome.ToScan _ -> line.field("scan", "to-scan");
            case ScanOutcome.NotNow _ -> line.field("scan", "tempfailed");
            case ScanOutcome.Unscanned(var fields) when !fields.isEmpty() -> line.field("scan", "unscanned");
            case ScanOutcome.Unscanned _ -> {}
        }
    }
}
