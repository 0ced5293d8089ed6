package io.mailvane.inbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.ReversePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What MAIL and RCPT have said so far. One thread. */
final class Transaction {
    private final ReversePath reversePath;
    private final MailParameters parameters;
    private final List<Recipient> recipients = new ArrayList<>(1);
    private final Set<Mailbox> named = new HashSet<>(2);

    Transaction(ReversePath reversePath, MailParameters parameters) {
        this.reversePath = reversePath;
        this.parameters = parameters;
    }

    ReversePath reversePath() {
        return reversePath;
    }

    boolean smtpUtf8() {
        return parameters.smtpUtf8();
    }

    List<Recipient> recipients() {
        return recipients;
    }

    /** A mailbox that was named twice is kept once. */
    void add(Recipient recipient) {
        if (named.add(recipient.mailbox())) {
            recipients.add(recipient);
        }
    }

    Envelope envelope() {
        return new Envelope(
                reversePath,
                recipients,
                parameters.body(),
                parameters.smtpUtf8(),
                parameters.ret(),
                parameters.envelopeId());
    }

    /** The parameters of MAIL that are kept. */
    record MailParameters(
            Envelope.Body body, boolean smtpUtf8, Optional<Envelope.Return> ret, Optional<String> envelopeId) {}
}
