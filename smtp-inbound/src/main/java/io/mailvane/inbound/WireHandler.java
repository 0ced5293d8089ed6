package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.SmtpReply;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** DATA, BDAT and STARTTLS: judges the command and leaves to the connection what happens on the wire. */
final class WireHandler implements CommandHandler<SMTPSession> {
    static final Response NO_ARGUMENT = response(501, "5.5.4", "No argument belongs here");

    private static final Pattern CHUNK = Pattern.compile(" *(\\d{1,18})( +LAST)?", Pattern.CASE_INSENSITIVE);

    private final Judge judge;

    WireHandler(Judge judge) {
        this.judge = judge;
    }

    @Override
    public Collection<String> getImplCommands() {
        return List.of("DATA", "BDAT", "STARTTLS");
    }

    @Override
    public @Nullable Response onCommand(SMTPSession smtpSession, Request request) {
        var session = (Session) smtpSession;
        if (request.getCommand().equals("BDAT")) {
            return chunk(session, request.getArgument());
        }
        if (hasArgument(request)) {
            return NO_ARGUMENT;
        }
        try {
            return request.getCommand().equals("DATA") ? data(session) : startTls(session);
        } catch (RefusedException e) {
            return response(e.reply());
        }
    }

    private Response data(Session session) throws RefusedException {
        if (session.transaction().isEmpty()) {
            throw RefusedException.of(503, "5.5.1", "Say MAIL and RCPT first");
        }
        session.requireNoChunks();
        if (session.transaction().get().recipients().isEmpty()) {
            throw RefusedException.of(503, "5.5.1", "No valid recipients");
        }
        var closed = judge.closed(session);
        if (closed.isPresent()) {
            session.resetState();
            return response(closed.get());
        }
        session.then(new Session.Next.Data());
        return new SMTPResponse("354", "End with <CRLF>.<CRLF>");
    }

    /**
     * Its reply comes after its octets, which must be read in any case (RFC 3030 section 2). Where their number cannot be
     * read the session ends: the client may send content now, and none of it may be taken for commands.
     */
    private @Nullable Response chunk(Session session, @Nullable String argument) {
        var form = CHUNK.matcher(argument == null ? "" : argument);
        if (!form.matches()) {
            var refusal = new SMTPResponse("501", "5.5.4 Syntax: BDAT size [LAST]");
            refusal.setEndSession(true);
            return refusal;
        }
        var refusal = session.transaction().isPresent() ? judge.closed(session) : Optional.<SmtpReply>empty();
        session.then(new Session.Next.Chunk(Long.parseLong(form.group(1)), form.group(2) != null, refusal));
        return null;
    }

    private static Response startTls(Session session) throws RefusedException {
        if (!session.extended()) {
            throw RefusedException.of(503, "5.5.1", "Say EHLO first");
        }
        if (session.listener().tls().isEmpty()) {
            throw RefusedException.of(502, "5.5.1", "Not offered");
        }
        if (session.isTLSStarted()) {
            throw RefusedException.of(503, "5.5.1", "TLS is on already");
        }
        session.then(new Session.Next.StartTls());
        return response(220, "2.0.0", "Go ahead");
    }

    static boolean hasArgument(Request request) {
        return request.getArgument() != null;
    }
}
