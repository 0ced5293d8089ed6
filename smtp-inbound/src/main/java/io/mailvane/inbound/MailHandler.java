package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.Ascii;
import io.mailvane.mail.Envelope;
import io.mailvane.mail.ReversePath;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** MAIL (RFC 5321 section 4.1.1.2) with SIZE, BODY, SMTPUTF8, RET and ENVID. */
final class MailHandler implements CommandHandler<SMTPSession> {
    private final Judge judge;

    MailHandler(Judge judge) {
        this.judge = judge;
    }

    @Override
    public Collection<String> getImplCommands() {
        return List.of("MAIL");
    }

    @Override
    public Response onCommand(SMTPSession smtpSession, Request request) {
        var session = (Session) smtpSession;
        try {
            return begin(session, request.getArgument());
        } catch (RefusedException e) {
            return response(e.reply());
        }
    }

    private Response begin(Session session, @Nullable String argument) throws RefusedException {
        if (session.helo().isEmpty()) {
            throw RefusedException.of(503, "5.5.1", "Say EHLO first");
        }
        if (session.transaction().isPresent()) {
            throw RefusedException.of(503, "5.5.1", "There is a transaction already");
        }
        judge.admit(session);
        var path = CommandArgument.path(argument, "FROM:");
        var parameters = EsmtpParameters.parse(path.rest());
        if (!parameters.isEmpty() && !session.extended()) {
            throw RefusedException.of(555, "5.5.4", "Parameters need EHLO");
        }
        boolean smtpUtf8 = parameters.containsKey("SMTPUTF8");
        if (path.mailbox().isPresent()) {
            CommandArgument.requireAscii(path.mailbox().get(), smtpUtf8);
        }
        var kept = kept(parameters);
        session.begin(new Transaction(path.mailbox().map(ReversePath::of).orElseGet(ReversePath::nullPath), kept));
        return response(250, "2.1.0", "Sender ok");
    }

    private Transaction.MailParameters kept(Map<String, String> parameters) throws RefusedException {
        var body = Envelope.Body.SEVEN_BIT;
        Optional<Envelope.Return> ret = Optional.empty();
        Optional<String> envelopeId = Optional.empty();
        for (var parameter : parameters.entrySet()) {
            var value = parameter.getValue();
            switch (parameter.getKey()) {
                case "SIZE" -> judge.requireSize(CommandArgument.octets(value));
                case "BODY" -> body = body(value);
                case "SMTPUTF8" -> CommandArgument.requireNoValue(value, "SMTPUTF8");
                case "RET" -> ret = Optional.of(ret(value));
                case "ENVID" -> envelopeId = Optional.of(envelopeId(value));
                default -> throw RefusedException.of(555, "5.5.4", "Unknown parameter");
            }
        }
        return new Transaction.MailParameters(body, parameters.containsKey("SMTPUTF8"), ret, envelopeId);
    }

    private static Envelope.Body body(String value) throws RefusedException {
        return switch (Ascii.upperCase(value)) {
            case "7BIT" -> Envelope.Body.SEVEN_BIT;
            case "8BITMIME" -> Envelope.Body.EIGHT_BIT_MIME;
            default -> throw RefusedException.of(501, "5.5.4", "BODY is 7BIT or 8BITMIME");
        };
    }

    private static Envelope.Return ret(String value) throws RefusedException {
        return switch (Ascii.upperCase(value)) {
            case "FULL" -> Envelope.Return.FULL;
            case "HDRS" -> Envelope.Return.HEADERS;
            default -> throw RefusedException.of(501, "5.5.4", "RET is FULL or HDRS");
        };
    }

    private static String envelopeId(String value) throws RefusedException {
        return EsmtpParameters.xtext(value)
                .filter(id -> !id.isEmpty() && id.length() <= 100)
                .orElseThrow(() -> RefusedException.of(501, "5.5.4", "ENVID is xtext of at most 100 characters"));
    }
}
