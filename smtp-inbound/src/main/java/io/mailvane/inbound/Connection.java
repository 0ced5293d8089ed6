package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import io.mailvane.mail.LogLine;
import io.mailvane.queue.MessageQueue;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, from greeting to end, on a virtual thread of its own. Lines go to the James chain; content goes
 * from the wire into the queue. What is said to it in the end is {@link EndOfData}.
 */
final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Response CLOSING = response(421, "4.3.2", "Closing, try again later");
    private static final int ACCEPTED = 250;

    private final SmtpServer.Shared shared;
    private final InboundSettings settings;
    private final InboundSettings.Listener listener;
    private final Chain chain;
    private final MessageQueue queue;
    private final Wire wire;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);
    private Session session;
    private int errors;
    private int commands;
    private int messages;
    private String ending = "client closed";

    /** What a drain may interrupt. */
    private enum Phase {
        /** Waits for a command outside any transaction. */
        IDLE,
        BUSY,
        /** Is to end at the next occasion. */
        ENDING
    }

    Connection(Wire wire, InboundSettings.Listener listener, SmtpServer.Shared shared) {
        this.wire = wire;
        this.listener = listener;
        this.shared = shared;
        this.settings = shared.settings();
        this.chain = shared.chain();
        this.queue = shared.queue();
        this.session = newSession();
    }

    private Session newSession() {
        return new Session(wire, chain.configuration(), listener, shared.holdings());
    }

    private Reception newReception() {
        return new Reception(queue.begin(session.name()), settings, session.held());
    }

    void run() {
        try (wire) {
            talk();
        } catch (IOException e) {
            LOG.debug("a connection did not close", e);
        } finally {
            session.resetState();
            report();
        }
    }

    /** Until either side ends it; the wire is still open then, for a last word. */
    private void talk() {
        try {
            if (greet()) {
                converse();
            }
            wire.send();
        } catch (SocketTimeoutException e) {
            ending = "timeout";
            sayLast(response(421, "4.4.2", "Timeout, closing"));
        } catch (SSLException e) {
            ending = "TLS failed: " + e.getMessage();
        } catch (IOException e) {
            ending = "connection lost: " + e.getMessage();
        } catch (RuntimeException e) {
            ending = "fault";
            LOG.error("{}", alarm(e), e);
            sayLast(response(421, "4.3.0", "Trouble here, try again later"));
        }
    }

    private LogLine alarm(RuntimeException e) {
        return LogLine.event("alarm")
                .field("what", "session-fault")
                .field("client", session.name())
                .field("reason", String.valueOf(e.getMessage()));
    }

    /** RFC 5321 section 4.3.1: the client waits for it. What is there already tells that it did not. */
    private boolean greet() throws IOException {
        if (wire.input().hasMore()) {
            return end(Breach.SPOKE_FIRST);
        }
        wire.reply(new SMTPResponse("220", settings.hostname() + " ESMTP Mailvane"));
        return true;
    }

    private boolean end(Breach breach) {
        wire.reply(breach.reply());
        ending = breach.ending();
        return false;
    }

    private void converse() throws IOException {
        boolean open = true;
        while (open) {
            if (session.transaction().isEmpty()) {
                // A drain says its last word as soon as the phase is idle, and no reply may be lost to it.
                wire.send();
                if (!phase.compareAndSet(Phase.BUSY, Phase.IDLE) && phase.get() == Phase.ENDING) {
                    wire.reply(CLOSING);
                    ending = "drained";
                    return;
                }
            }
            wire.commandBegins();
            var line = wire.input().readLine();
            phase.compareAndSet(Phase.IDLE, Phase.BUSY);
            open = switch (line) {
                case WireInput.Line.End end -> false;
                case WireInput.Line.TooLong tooLong -> answer(response(500, "5.5.2", "Line too long"));
                case WireInput.Line.Malformed malformed ->
                    answer(response(500, "5.5.2", "A line ends with <CRLF> and holds no other CR, LF or NUL"));
                case WireInput.Line.Command command -> onCommand(command.octets());
            };
        }
    }

    private boolean onCommand(byte[] octets) throws IOException {
        commands++;
        var verb = Verb.of(octets);
        if (verb.isForeign()) {
            return end(Breach.FOREIGN);
        }
        if (verb.isWaitedFor(session.extended()) && wire.input().hasMore()) {
            return end(Breach.PIPELINING);
        }
        var reply = chain.onLine(session, octets);
        return switch (session.takeNext()) {
            case Session.Next.Commands none -> reply.map(this::answer).orElse(true);
            case Session.Next.Data data -> readData(reply.orElseThrow());
            case Session.Next.Chunk chunk -> readChunk(chunk);
            case Session.Next.StartTls startTls -> startTls(reply.orElseThrow());
        };
    }

    /** @return whether the session goes on */
    private boolean answer(Response reply) {
        wire.reply(reply);
        if (reply.getRetCode().startsWith("5") && ++errors >= settings.limits().errors()) {
            wire.reply(response(421, "4.7.0", "Too many errors, closing"));
            ending = "too many errors";
            return false;
        }
        if (reply.getRetCode().equals("421")) {
            ending = "no mail is taken";
            return false;
        }
        if (reply.isEndSession()) {
            ending = reply.getRetCode().equals("221") ? "quit" : "a chunk of unknown size";
            return false;
        }
        return true;
    }

    private boolean readData(Response goAhead) throws IOException {
        wire.reply(goAhead);
        try (var reception = newReception()) {
            var data = new DotUnstuffer(reception);
            wire.contentBegins();
            if (!wire.input().readContent(Long.MAX_VALUE, data)) {
                ending = "client closed in the content";
                return false;
            }
            return answer(end(reception));
        } finally {
            session.resetState();
        }
    }

    private boolean readChunk(Session.Next.Chunk chunk) throws IOException {
        if (chunk.size() > 2 * settings.limits().messageSize()) {
            wire.reply(response(Refusal.MESSAGE_TOO_LARGE.reply()));
            ending = "a chunk too large to be read at all";
            return false;
        }
        boolean inOrder = session.transaction()
                .filter(transaction -> !transaction.recipients().isEmpty())
                .isPresent();
        if (!inOrder) {
            return skip(chunk.size()) && answer(response(503, "5.5.1", "Say MAIL and RCPT first"));
        }
        if (chunk.refusal().isPresent()) {
            session.resetState();
            return skip(chunk.size()) && answer(response(chunk.refusal().get()));
        }
        if (session.chunks().isEmpty()) {
            session.keepChunks(newReception());
        }
        var reception = session.chunks().orElseThrow();
        if (!receive(chunk.size(), reception)) {
            return false;
        }
        if (chunk.last()) {
            var reply = end(reception);
            session.resetState();
            return answer(reply);
        }
        return answer(goOn(reception, chunk.size()));
    }

    private Response goOn(Reception reception, long octets) {
        var early = reception
                .early()
                .map(Refusal::reply)
                .or(() -> reception.failure().map(_ -> chain.judge().notStored(session)));
        if (early.isPresent()) {
            session.resetState();
            return response(early.get());
        }
        return response(250, "2.0.0", octets + " octets received");
    }

    private boolean receive(long octets, DotUnstuffer.Content content) throws IOException {
        wire.contentBegins();
        boolean complete = wire.input().readContent(octets, new WireInput.OctetSink() {
            @Override
            public int accept(byte[] buffer, int offset, int length) throws IOException {
                content.accept(buffer, offset, length);
                return length;
            }

            @Override
            public boolean ended() {
                return false;
            }
        });
        if (!complete) {
            ending = "client closed in the content";
        }
        return complete;
    }

    private boolean skip(long octets) throws IOException {
        return receive(octets, (buffer, offset, length) -> {});
    }

    private Response end(Reception reception) {
        var ended = new EndOfData(shared, session, wire, reception);
        var reply = ended.reply();
        if (reply.code() == ACCEPTED) {
            messages++;
        }
        return response(reply);
    }

    private boolean startTls(Response goAhead) throws IOException {
        if (wire.input().hasMore()) {
            return end(Breach.BEHIND_STARTTLS);
        }
        wire.reply(goAhead);
        wire.startTls(listener.tls().orElseThrow());
        session.resetState();
        session = newSession();
        return true;
    }

    private void sayLast(Response last) {
        try {
            wire.hangUp(last);
        } catch (IOException e) {
            LOG.debug("the client is gone", e);
        }
    }

    /** Asks the session to end: at once while it waits outside a transaction, else when its transaction is over. */
    void drain() {
        if (phase.getAndSet(Phase.ENDING) == Phase.IDLE) {
            ending = "drained";
            sayLast(CLOSING);
        }
    }

    /** Ends it where it stands; its client sees the connection close and tries again. */
    void cutOff() {
        try {
            wire.cutOff();
        } catch (IOException e) {
            LOG.debug("a connection did not close", e);
        }
    }

    /** Ends what the client has let wait for too long. */
    void endOverdue() {
        try {
            wire.endOverdue();
        } catch (IOException e) {
            LOG.debug("a connection did not close", e);
        }
    }

    private void report() {
        LOG.info(
                "{}",
                LogLine.event("session")
                        .field("client", session.name())
                        .field("listener", listener.name())
                        .field(
                                "tls",
                                wire.getSSLSession()
                                        .map(tls -> tls.getProtocol())
                                        .orElse("-"))
                        .field("commands", commands)
                        .field("messages", messages)
                        .field("errors", errors)
                        .field("end", ending));
    }
}
