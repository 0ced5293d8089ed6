package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.StatusClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One message over one connection: MAIL, RCPT, DATA, content, final dot. One thread, once. */
final class SmtpTransaction {
    private static final int SERVICE_CLOSING = 421;
    private static final int TOO_MANY_BY_OLD_CUSTOM = 552;

    private final SmtpConnection connection;
    private final SmtpWire wire;
    private final Timeouts timeouts;
    private final Delivery delivery;
    private final @Nullable DeliveryOutcome[] outcomes;
    private final BitSet accepted = new BitSet();
    private Phase phase = Phase.MAIL;

    private enum Phase {
        MAIL("the reply to MAIL"),
        RCPT("the reply to RCPT"),
        DATA("the reply to DATA"),
        CONTENT("sending the content"),
        END("the reply to the content");

        private final String words;

        Phase(String words) {
            this.words = words;
        }
    }

    /** The connection was no use, and nothing of the message had been taken: another connection may be tried at once. */
    static final class StaleConnectionException extends Exception {
        private static final long serialVersionUID = 1;

        StaleConnectionException(Throwable cause) {
            super(cause);
        }
    }

    /** The peer's last word on this connection: 421. */
    private static final class ServiceClosingException extends IOException {
        private static final long serialVersionUID = 1;
        private final transient SmtpReply reply;

        ServiceClosingException(SmtpReply reply) {
            super(reply.text());
            this.reply = reply;
        }
    }

    SmtpTransaction(SmtpConnection connection, Delivery delivery) {
        this.connection = connection;
        this.wire = connection.wire();
        this.timeouts = connection.timeouts();
        this.delivery = delivery;
        this.outcomes = new DeliveryOutcome[delivery.recipients().size()];
    }

    /**
     * @return one outcome for each recipient
     * @throws StaleConnectionException only on a connection that was used before
     */
    List<DeliveryOutcome> run() throws StaleConnectionException {
        try {
            transact();
        } catch (ServiceClosingException e) {
            lost(e, new Deferred(Scope.DESTINATION, e.reply));
        } catch (IOException e) {
            lost(e, interrupted(e));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        connection.countTransaction();
        return Arrays.stream(outcomes).map(java.util.Objects::requireNonNull).toList();
    }

    private void lost(IOException e, DeliveryOutcome outcome) throws StaleConnectionException {
        connection.close();
        if (connection.used() && phase.compareTo(Phase.CONTENT) < 0) {
            throw new StaleConnectionException(e);
        }
        decideRest(outcome);
    }

    private DeliveryOutcome interrupted(IOException e) {
        var what = e instanceof java.net.SocketTimeoutException ? "timed out" : "lost";
        var sentence = phase == Phase.END
                ? "the reply to the content was lost (" + e.getMessage() + "): it may be delivered twice"
                : "connection " + what + " during " + phase.words + ": " + e.getMessage();
        var reply = SmtpReply.of(451, "4.4.2", oneLine(sentence));
        return new Deferred(phase == Phase.END ? Scope.MESSAGE : Scope.DESTINATION, reply);
    }

    static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private void transact() throws IOException {
        var refusal = refusal();
        if (refusal.isPresent()) {
            decideRest(refusal.get());
            return;
        }
        var commands = new SmtpCommands(connection.capabilities(), utf8());
        boolean goOn = connection.capabilities().pipelining() ? pipelined(commands) : stepwise(commands);
        if (goOn) {
            sendContent();
        } else {
            connection.become(SmtpConnection.State.NEEDS_RESET);
        }
    }

    /** What this peer can never take, without asking it. */
    private Optional<DeliveryOutcome> refusal() {
        var offered = connection.capabilities();
        if (delivery.size() > offered.maxSize()) {
            return failed(552, "5.3.4", "the next hop takes no message larger than " + offered.maxSize() + " octets");
        }
        if (utf8() == SmtpCommands.Utf8.NEEDED && !offered.smtpUtf8()) {
            return failed(550, "5.6.7", "the next hop does not take internationalized mail (SMTPUTF8)");
        }
        boolean eightBit = delivery.envelope().body() == Envelope.Body.EIGHT_BIT_MIME;
        if (eightBit
                && !offered.eightBitMime()
                && ContentScan.of(delivery.content()).body()) {
            return failed(554, "5.6.3", "the next hop takes no 8-bit content, and content is never converted here");
        }
        return Optional.empty();
    }

    private static Optional<DeliveryOutcome> failed(int code, String status, String text) {
        return Optional.of(new Failed(Scope.MESSAGE, SmtpReply.of(code, status, text)));
    }

    private SmtpCommands.@Nullable Utf8 utf8Needed;

    private SmtpCommands.Utf8 utf8() {
        var known = utf8Needed;
        if (known == null) {
            known = isUtf8Needed() ? SmtpCommands.Utf8.NEEDED : SmtpCommands.Utf8.UNNEEDED;
            utf8Needed = known;
        }
        return known;
    }

    /** Offered and announced: passed on. Not offered: needed only if a local part or the header section has such octets. */
    private boolean isUtf8Needed() {
        var envelope = delivery.envelope();
        boolean localPart = envelope.reversePath().mailbox().stream().anyMatch(SmtpTransaction::hasUtf8LocalPart)
                || delivery.recipients().stream().anyMatch(recipient -> hasUtf8LocalPart(recipient.mailbox()));
        if (localPart || !envelope.smtpUtf8()) {
            return localPart;
        }
        return connection.capabilities().smtpUtf8()
                || ContentScan.of(delivery.content()).header();
    }

    private static boolean hasUtf8LocalPart(io.mailvane.mail.Mailbox mailbox) {
        return mailbox.localPart().chars().anyMatch(c -> c >= 0x80);
    }

    private boolean pipelined(SmtpCommands commands) throws IOException {
        boolean reset = connection.state() == SmtpConnection.State.NEEDS_RESET;
        if (reset) {
            write("RSET\r\n");
        }
        write(commands.mail(delivery.envelope(), delivery.size()));
        for (var recipient : delivery.recipients()) {
            write(commands.rcpt(recipient));
        }
        write("DATA\r\n");
        flush();
        if (reset) {
            read(timeouts.greeting());
        }
        boolean sender = hearMail(read(timeouts.mail()));
        phase = Phase.RCPT;
        for (int i = 0; i < outcomes.length; i++) {
            hearRcpt(i, read(timeouts.mail()));
        }
        phase = Phase.DATA;
        return hearData(read(timeouts.data()), sender);
    }

    private boolean stepwise(SmtpCommands commands) throws IOException {
        if (connection.state() == SmtpConnection.State.NEEDS_RESET) {
            ask("RSET\r\n", timeouts.greeting());
        }
        if (!hearMail(ask(commands.mail(delivery.envelope(), delivery.size()), timeouts.mail()))) {
            return false;
        }
        phase = Phase.RCPT;
        for (int i = 0; i < outcomes.length; i++) {
            hearRcpt(i, ask(commands.rcpt(delivery.recipients().get(i)), timeouts.mail()));
        }
        if (accepted.isEmpty()) {
            return false;
        }
        phase = Phase.DATA;
        return hearData(ask("DATA\r\n", timeouts.data()), true);
    }

    private boolean hearMail(SmtpReply reply) {
        if (reply.statusClass() == StatusClass.SUCCESS) {
            return true;
        }
        decideRest(refused(reply, Scope.MESSAGE));
        return false;
    }

    private void hearRcpt(int index, SmtpReply reply) {
        if (outcomes[index] != null) {
            return;
        }
        if (reply.statusClass() == StatusClass.SUCCESS) {
            accepted.set(index);
        } else {
            outcomes[index] = refused(temporaryIfTooMany(reply), Scope.RECIPIENT);
        }
    }

    /** RFC 5321 section 4.5.3.1.10: 552 to RCPT was once the way to say 452. */
    private static SmtpReply temporaryIfTooMany(SmtpReply reply) {
        if (reply.code() != TOO_MANY_BY_OLD_CUSTOM) {
            return reply;
        }
        var status = reply.effectiveStatus();
        var temporary = new EnhancedStatusCode(StatusClass.TEMPORARY, status.subject(), status.detail());
        return new SmtpReply(452, Optional.of(temporary), reply.lines());
    }

    /** @param sender whether MAIL was taken */
    private boolean hearData(SmtpReply reply, boolean sender) {
        boolean goOn = reply.statusClass() == StatusClass.INTERMEDIATE;
        if (sender && !accepted.isEmpty()) {
            if (!goOn) {
                decideRest(refused(reply, Scope.MESSAGE));
            }
            return goOn;
        }
        if (goOn) {
            // It waits for content, and nobody is to get it: a final dot might deliver an empty message.
            connection.close();
        }
        return false;
    }

    private void sendContent() throws IOException {
        phase = Phase.CONTENT;
        try (var content = delivery.content().open()) {
            if (!connection.content().send(content, delivery.deadline())) {
                hearEarly();
                return;
            }
        } catch (UncheckedIOException e) {
            throw e;
        } catch (IOException e) {
            hearPending(e);
            return;
        }
        end();
    }

    private void end() throws IOException {
        try {
            // From the first octet of the final dot on, the peer may have taken it.
            phase = Phase.END;
            connection.content().end(delivery.deadline());
        } catch (IOException e) {
            hearPending(e);
            return;
        }
        var reply = read(timeouts.end());
        if (reply.statusClass() == StatusClass.SUCCESS) {
            decideRest(new Relayed(connection.target().relay(), reply));
            connection.become(SmtpConnection.State.READY);
        } else {
            decideRest(refused(reply, Scope.MESSAGE));
            connection.become(SmtpConnection.State.NEEDS_RESET);
        }
    }

    /** A peer that refuses content and closes at once has often said why. */
    private void hearPending(IOException broken) throws IOException {
        SmtpReply reply;
        try {
            reply = wire.read(delivery.deadline(), Duration.ofSeconds(1));
        } catch (IOException e) {
            broken.addSuppressed(e);
            throw broken;
        }
        decideEarly(reply);
    }

    private void hearEarly() throws IOException {
        decideEarly(read(timeouts.data()));
    }

    private void decideEarly(SmtpReply reply) {
        connection.close();
        boolean refusal = reply.statusClass() == StatusClass.TEMPORARY || reply.statusClass() == StatusClass.PERMANENT;
        decideRest(
                refusal
                        ? refused(reply, Scope.MESSAGE)
                        : new Deferred(
                                Scope.DESTINATION,
                                SmtpReply.of(451, "4.5.0", "answered before it had the content: " + reply.text())));
    }

    private static DeliveryOutcome refused(SmtpReply reply, Scope scope) {
        return switch (reply.statusClass()) {
            case TEMPORARY -> new Deferred(scope, reply);
            case PERMANENT -> new Failed(scope, reply);
            case SUCCESS, INTERMEDIATE ->
                new Deferred(
                        Scope.DESTINATION, SmtpReply.of(451, "4.5.0", "unexpected reply of the peer: " + reply.text()));
        };
    }

    private void decideRest(DeliveryOutcome outcome) {
        for (int i = 0; i < outcomes.length; i++) {
            if (outcomes[i] == null) {
                outcomes[i] = outcome;
            }
        }
    }

    private SmtpReply ask(String command, Duration timeout) throws IOException {
        write(command);
        flush();
        return read(timeout);
    }

    private void write(String command) throws IOException {
        if (wire.room() < SmtpCommands.octets(command)) {
            flush();
        }
        wire.put(command);
    }

    private void flush() throws IOException {
        wire.flush(delivery.deadline(), timeouts.block());
    }

    private SmtpReply read(Duration timeout) throws IOException {
        var reply = wire.read(delivery.deadline(), timeout);
        if (reply.code() == SERVICE_CLOSING) {
            throw new ServiceClosingException(reply);
        }
        return reply;
    }
}
