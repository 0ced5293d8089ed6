package io.mailvane.inbound;

import static io.mailvane.inbound.Session.response;

import io.mailvane.inbound.EsmtpParameters.RefusedException;
import io.mailvane.mail.Ascii;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.PathParser;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.Utf8Address;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;

/** RCPT (RFC 5321 section 4.1.1.3) with NOTIFY and ORCPT. */
final class RcptHandler implements CommandHandler<SMTPSession> {
    private static final String BARE_POSTMASTER = "TO:<postmaster>";
    /** Octets that a recipient takes beside its text, about. */
    private static final int RECIPIENT = 256;

    private final Judge judge;
    private final String hostname;

    RcptHandler(Judge judge, String hostname) {
        this.judge = judge;
        this.hostname = hostname;
    }

    @Override
    public Collection<String> getImplCommands() {
        return List.of("RCPT");
    }

    @Override
    public Response onCommand(SMTPSession smtpSession, Request request) {
        var session = (Session) smtpSession;
        try {
            return add(session, request.getArgument());
        } catch (RefusedException e) {
            return response(e.reply());
        }
    }

    private Response add(Session session, @Nullable String argument) throws RefusedException {
        if (session.transaction().isEmpty()) {
            throw RefusedException.of(503, "5.5.1", "Say MAIL first");
        }
        session.requireNoChunks();
        var transaction = session.transaction().get();
        var path = path(argument);
        var named = path.mailbox().orElseThrow(() -> RefusedException.of(501, "5.1.3", "A recipient is a mailbox"));
        var mailbox = isOurPostmaster(named) ? judge.postmaster() : named;
        var parameters = EsmtpParameters.parse(path.rest());
        if (!parameters.isEmpty() && !session.extended()) {
            throw RefusedException.of(555, "5.5.4", "Parameters need EHLO");
        }
        var recipient = recipient(mailbox, parameters, transaction.smtpUtf8());
        CommandArgument.requireAscii(mailbox, transaction.smtpUtf8());
        judge.requireRoom(transaction);
        judge.requireAllowed(session, mailbox);
        requireMemory(session, recipient);
        transaction.add(recipient);
        return response(250, "2.1.5", "Recipient ok");
    }

    private static void requireMemory(Session session, Recipient recipient) throws RefusedException {
        int text = recipient.mailbox().toString().length()
                + recipient.originalRecipient().map(String::length).orElse(0);
        if (!session.held().take(RECIPIENT + text)) {
            throw new RefusedException(Refusal.TOO_MUCH_HELD.reply());
        }
    }

    /** The same person as {@code <postmaster>}: this host has no other mailbox. */
    private boolean isOurPostmaster(Mailbox mailbox) {
        return Judge.isPostmaster(mailbox)
                && Ascii.equalsIgnoringCase(mailbox.domain().key(), hostname);
    }

    /** The one recipient without a domain (RFC 5321 section 4.5.1). */
    private PathParser.Path path(@Nullable String argument) throws RefusedException {
        if (argument != null && Ascii.startsIgnoringCase(argument, BARE_POSTMASTER)) {
            return new PathParser.Path(Optional.of(judge.postmaster()), argument.substring(BARE_POSTMASTER.length()));
        }
        return CommandArgument.path(argument, "TO:");
    }

    private static Recipient recipient(Mailbox mailbox, Map<String, String> parameters, boolean smtpUtf8)
            throws RefusedException {
        Set<Recipient.Notify> notifyOn = EnumSet.noneOf(Recipient.Notify.class);
        Optional<String> original = Optional.empty();
        for (var parameter : parameters.entrySet()) {
            switch (parameter.getKey()) {
                case "NOTIFY" -> notifyOn = notifyOn(parameter.getValue());
                case "ORCPT" -> original = Optional.of(original(parameter.getValue(), smtpUtf8));
                default -> throw RefusedException.of(555, "5.5.4", "Unknown parameter");
            }
        }
        return new Recipient(mailbox, notifyOn, original);
    }

    private static Set<Recipient.Notify> notifyOn(String value) throws RefusedException {
        var notifyOn = EnumSet.noneOf(Recipient.Notify.class);
        for (var word : Ascii.upperCase(value).split(",", -1)) {
            notifyOn.add(
                    switch (word) {
                        case "NEVER" -> Recipient.Notify.NEVER;
                        case "SUCCESS" -> Recipient.Notify.SUCCESS;
                        case "FAILURE" -> Recipient.Notify.FAILURE;
                        case "DELAY" -> Recipient.Notify.DELAY;
                        default ->
                            throw RefusedException.of(501, "5.5.4", "NOTIFY is NEVER, or of SUCCESS, FAILURE, DELAY");
                    });
        }
        if (notifyOn.contains(Recipient.Notify.NEVER) && notifyOn.size() > 1) {
            throw RefusedException.of(501, "5.5.4", "NOTIFY=NEVER stands alone");
        }
        return notifyOn;
    }

    /** An address of the type utf-8 may be UTF-8 where the client said so, and has an encoding of its own in any case (RFC 6533 section 3). */
    private static String original(String value, boolean smtpUtf8) throws RefusedException {
        int semicolon = value.indexOf(';');
        if (semicolon < 0 || value.length() > 500 || !EsmtpParameters.isKeyword(value.substring(0, semicolon))) {
            throw RefusedException.of(501, "5.5.4", "ORCPT is type;xtext");
        }
        var type = value.substring(0, semicolon);
        var encoded = value.substring(semicolon + 1);
        var decoded = Ascii.equalsIgnoringCase(type, Utf8Address.TYPE)
                ? Utf8Address.parse(encoded)
                        .filter(_ -> smtpUtf8 || encoded.chars().allMatch(c -> c < 0x80))
                        .map(Utf8Address::address)
                : EsmtpParameters.xtext(encoded).filter(address -> !address.isEmpty());
        return decoded.map(address -> type + ";" + address)
                .orElseThrow(() -> RefusedException.of(501, "5.5.4", "ORCPT is type;xtext"));
    }
}
