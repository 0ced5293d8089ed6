package io.mailvane.outbound;

import io.mailvane.mail.DeliveryOutcome;
import io.mailvane.mail.DeliveryOutcome.Deferred;
import io.mailvane.mail.DeliveryOutcome.Failed;
import io.mailvane.mail.DeliveryOutcome.Relayed;
import io.mailvane.mail.DeliveryOutcome.Scope;
import io.mailvane.mail.EnhancedStatusCode;
import io.mailvane.mail.RemoteMta;
import io.mailvane.mail.SmtpReply;
import io.mailvane.mail.StatusClass;
import io.mailvane.reply.ReplyPhase;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One message over one connection: MAIL, RCPT, DATA, content, final dot. One thread, once. */
final class SmtpTransaction {
    /** RCPT commands on their way at once: their replies, of 512 octets at most, fit into any peer's TCP window (RFC 2920 section 3.1). */
    private static final int GROUP = 64;

    private static final int SERVICE_CLOSING = 421;
    private static final int TOO_MANY_BY_OLD_CUSTOM = 552;
    private static final Duration LAST_WORD = Duration.ofSeconds(1);

    private final SmtpConnection connection;
    private final SmtpWire wire;
    private final Timeouts timeouts;
    private final Delivery delivery;
    private final @Nullable DeliveryOutcome[] outcomes;
    private int accepted;
    private Phase phase = Phase.MAIL;
    private Optional<ReplyPhase> heard = Optional.empty();

    private enum Phase {
        MAIL("the reply to MAIL", ReplyPhase.MAIL),
        RCPT("the reply to RCPT", ReplyPhase.RCPT),
        DATA("the reply to DATA", ReplyPhase.DATA),
        CONTENT("sending the content", ReplyPhase.END_OF_DATA),
        END("the reply to the content", ReplyPhase.END_OF_DATA);

        private final String words;
        private final ReplyPhase reply;

        Phase(String words, ReplyPhase reply) {
            this.words = words;
            this.reply = reply;
        }
    }

    /**
     * What became of the recipients.
     *
     * @param outcomes one for each
     * @param heard as in {@link DeliveryReport.Attempted}
     */
    record Told(List<DeliveryOutcome> outcomes, Optional<ReplyPhase> heard) {}

    /** The connection was lost, or the peer took leave, before any content went: another connection may be tried at once. */
    static final class NothingTakenException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient SmtpReply reply;
        private final transient Told told;

        NothingTakenException(IOException cause, SmtpReply reply, Told told) {
            super(cause);
            this.reply = reply;
            this.told = told;
        }

        /** The peer's last word, or ours for a connection that was lost. */
        SmtpReply reply() {
            return reply;
        }

        /** If nobody else can be tried. */
        Told told() {
            return told;
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

    Told run() throws NothingTakenException {
        try {
            transact();
        } catch (ServiceClosingException e) {
            heard = Optional.of(phase.reply);
            lost(e, new Deferred(Scope.DESTINATION, e.reply, peer()));
        } catch (IOException e) {
            lost(e, interrupted(e));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
        return decided();
    }

    private Told decided() {
        return new Told(Arrays.stream(outcomes).map(Objects::requireNonNull).toList(), heard);
    }

    private void lost(IOException e, DeliveryOutcome outcome) throws NothingTakenException {
        connection.close();
        decideAll(outcome);
        if (phase.compareTo(Phase.CONTENT) < 0) {
            throw new NothingTakenException(e, outcome.reply(), decided());
        }
    }

    private DeliveryOutcome interrupted(IOException e) {
        var what = e instanceof SocketTimeoutException ? "timed out" : "lost";
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
        var offered = connection.capabilities();
        var suitability = Suitability.of(offered, delivery);
        suitability.message().ifPresent(this::decideRest);
        for (int i = 0; i < outcomes.length && suitability.message().isEmpty(); i++) {
            outcomes[i] = Suitability.ofRecipient(offered, delivery.recipients().get(i))
                    .orElse(null);
        }
        int[] asked = IntStream.range(0, outcomes.length)
                .filter(i -> outcomes[i] == null)
                .toArray();
        if (asked.length == 0) {
            return;
        }
        var commands = new SmtpCommands(offered, suitability.utf8());
        boolean goOn = offered.pipelining() ? pipelined(commands, asked) : stepwise(commands, asked);
        if (goOn) {
            sendContent();
        } else {
            connection.become(SmtpConnection.State.NEEDS_RESET);
        }
    }

    private boolean pipelined(SmtpCommands commands, int[] asked) throws IOException {
        boolean reset = connection.state() == SmtpConnection.State.NEEDS_RESET;
        if (reset) {
            write("RSET\r\n");
        }
        write(commands.mail(delivery.envelope(), delivery.size()));
        boolean sender = true;
        for (int from = 0; from < asked.length && sender; from += GROUP) {
            var group = Arrays.copyOfRange(asked, from, Math.min(from + GROUP, asked.length));
            boolean last = from + group.length == asked.length;
            sayGroup(commands, group, last);
            sender = from > 0 || hearBegin(reset);
            for (int recipient : group) {
                hearRcpt(recipient, read(timeouts.mail()));
            }
            if (last) {
                phase = Phase.DATA;
                return hearData(read(timeouts.data()), sender);
            }
        }
        return false;
    }

    private void sayGroup(SmtpCommands commands, int[] group, boolean last) throws IOException {
        for (int recipient : group) {
            write(commands.rcpt(delivery.recipients().get(recipient)));
        }
        if (last) {
            write("DATA\r\n");
        }
        flush();
    }

    private boolean hearBegin(boolean reset) throws IOException {
        if (reset) {
            hearReset(read(timeouts.greeting()));
        }
        boolean sender = hearMail(read(timeouts.mail()));
        phase = Phase.RCPT;
        return sender;
    }

    private boolean stepwise(SmtpCommands commands, int[] asked) throws IOException {
        if (connection.state() == SmtpConnection.State.NEEDS_RESET) {
            hearReset(ask("RSET\r\n", timeouts.greeting()));
        }
        if (!hearMail(ask(commands.mail(delivery.envelope(), delivery.size()), timeouts.mail()))) {
            return false;
        }
        phase = Phase.RCPT;
        for (int recipient : asked) {
            hearRcpt(recipient, ask(commands.rcpt(delivery.recipients().get(recipient)), timeouts.mail()));
        }
        if (accepted == 0) {
            return false;
        }
        phase = Phase.DATA;
        return hearData(ask("DATA\r\n", timeouts.data()), true);
    }

    /** Without it the next MAIL might be refused for good, for what an earlier message did. */
    private static void hearReset(SmtpReply reply) throws ProtocolException {
        if (reply.statusClass() != StatusClass.SUCCESS) {
            throw new ProtocolException("RSET was refused: " + reply.text());
        }
    }

    private boolean hearMail(SmtpReply reply) {
        if (reply.statusClass() == StatusClass.SUCCESS) {
            return true;
        }
        decideRest(refused(reply, Scope.MESSAGE));
        return false;
    }

    private void hearRcpt(int recipient, SmtpReply reply) {
        if (outcomes[recipient] != null) {
            return;
        }
        if (reply.statusClass() == StatusClass.SUCCESS) {
            accepted++;
        } else {
            outcomes[recipient] = refused(temporaryIfTooMany(reply), Scope.RECIPIENT);
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
        if (sender && accepted > 0) {
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
            if (!sendAll(content)) {
                decideEarly(read(timeouts.data()));
                return;
            }
        }
        var reply = hearEnd();
        if (reply.statusClass() == StatusClass.SUCCESS) {
            decideRest(new Relayed(connection.target().relay(), reply, peer()));
            connection.become(SmtpConnection.State.READY);
        } else {
            decideRest(refused(reply, Scope.MESSAGE));
            connection.become(SmtpConnection.State.NEEDS_RESET);
        }
    }

    /** @return false if the peer has spoken, or has said a last word before it closed */
    private boolean sendAll(InputStream content) throws IOException {
        try {
            return connection.content().send(content, delivery.deadline());
        } catch (IOException e) {
            decideEarly(lastWord(e));
            throw e;
        }
    }

    private SmtpReply hearEnd() throws IOException {
        // From the first octet of the final dot on, the peer may have taken it.
        phase = Phase.END;
        try {
            connection.content().end(delivery.deadline());
        } catch (IOException e) {
            decideEarly(lastWord(e));
            throw e;
        }
        return read(timeouts.end());
    }

    /** A peer that refuses content and closes at once has often said why. */
    private SmtpReply lastWord(IOException broken) throws IOException {
        try {
            return wire.read(delivery.deadline(), LAST_WORD);
        } catch (IOException e) {
            broken.addSuppressed(e);
            throw broken;
        }
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

    private Optional<RemoteMta> peer() {
        return Optional.of(connection.target().mta());
    }

    private DeliveryOutcome refused(SmtpReply reply, Scope scope) {
        return switch (reply.statusClass()) {
            case TEMPORARY -> new Deferred(scope, reply, peer());
            case PERMANENT -> new Failed(scope, reply, peer());
            case SUCCESS, INTERMEDIATE ->
                new Deferred(
                        Scope.DESTINATION, SmtpReply.of(451, "4.5.0", "unexpected reply of the peer: " + reply.text()));
        };
    }

    private void decideRest(DeliveryOutcome outcome) {
        heard = Optional.of(phase.reply);
        decideAll(outcome);
    }

    private void decideAll(DeliveryOutcome outcome) {
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
