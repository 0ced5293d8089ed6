package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** DATA, BDAT and STARTTLS: judges the command and leaves to the connection what happens on the wire. */
final class WireHandler implements CommandHandler<SMTPSession> {
    private static final Pattern CHUNK = Pattern.compile("(\\d{1,18})( +LAST)?", Pattern.CASE_INSENSITIVE);

    @Override
    public Collection<String> getImplCommands() {
        return List.of("DATA", "BDAT", "STARTTLS");
    }

    @Override
    public @Nullable Response onCommand(SMTPSession smtpSession, Request request) {
        var session = (Session) smtpSession;
        try {
            return switch (request.getCommand()) {
                case "DATA" -> data(session, request.getArgument());
                case "BDAT" -> chunk(session, request.getArgument());
                default -> startTls(session, request.getArgument());
            };
        } catch (RefusedException e) {
            return response(e.reply());
        }
    }

    private static Response data(Session session, @Nullable String argument) throws RefusedException {
        requireNoArgument(argument);
        if (session.transaction().isEmpty() || session.chunks().isPresent()) {
            throw RefusedException.of(503, "5.5.1", "Say MAIL and RCPT first");
        }
        if (session.transaction().get().recipients().isEmpty()) {
            throw RefusedException.of(554, "5.5.1", "No valid recipients");
        }
        session.then(new Session.Next.Data());
        return new SMTPResponse("354", "End with <CRLF>.<CRLF>");
    }

    /**
     * Its reply comes after its octets, which must be read in any case (RFC 3030 section 2). Where their number cannot be
     * read the session ends: the client may send content now, and none of it may be taken for commands.
     */
    private static @Nullable Response chunk(Session session, @Nullable String argument) {
        var form = CHUNK.matcher(argument == null ? "" : argument.strip());
        if (!form.matches()) {
            var refusal = new SMTPResponse("501", "5.5.4 Syntax: BDAT size [LAST]");
            refusal.setEndSession(true);
            return refusal;
        }
        session.then(new Session.Next.Chunk(Long.parseLong(form.group(1)), form.group(2) != null));
        return null;
    }

    private static Response startTls(Session session, @Nullable String argument) throws RefusedException {
        requireNoArgument(argument);
        if (session.listener().tls().isEmpty()) {
            throw RefusedException.of(502, "5.5.1", "Not offered");
        }
        if (session.isTLSStarted()) {
            throw RefusedException.of(503, "5.5.1", "TLS is on already");
        }
        session.then(new Session.Next.StartTls());
        return response(220, "2.0.0", "Go ahead");
    }

    private static void requireNoArgument(@Nullable String argument) throws RefusedException {
        if (argument != null && !argument.isBlank()) {
            throw RefusedException.of(501, "5.5.4", "No argument belongs here");
        }
    }
}
