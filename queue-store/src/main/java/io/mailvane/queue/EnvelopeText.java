package io.mailvane.queue;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.Utf8Address;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * An envelope as the SMTP commands that would hand the message over again (RFC 5321, 3461, 6152, 6531). What is not to be
 * handed over is a comment: a line that begins with {@code #}.
 */
final class EnvelopeText {
    private EnvelopeText() {}

    static String of(MessageDetail message) {
        var text = new StringBuilder();
        text.append("# ")
                .append(message.id())
                .append(' ')
                .append(message.state().label());
        text.append(", received ").append(message.received()).append(" from ").append(message.client());
        text.append('\n').append(mail(message.envelope())).append('\n');
        for (int i = 0; i < message.recipients().size(); i++) {
            var stands = message.recipients().get(i);
            var rcpt = rcpt(message.envelope().recipients().get(i));
            text.append(stands.state().settled() ? "# " + stands.state().label() + ": " + rcpt : rcpt);
            text.append('\n');
            if (!stands.why().isEmpty()) {
                text.append("#   ").append(stands.why()).append('\n');
            }
        }
        return text.toString();
    }

    private static String mail(Envelope envelope) {
        var mail = new StringBuilder("MAIL FROM:<")
                .append(envelope.reversePath().text())
                .append('>');
        if (envelope.body() == Envelope.Body.EIGHT_BIT_MIME) {
            mail.append(" BODY=8BITMIME");
        }
        if (envelope.smtpUtf8()) {
            mail.append(" SMTPUTF8");
        }
        envelope.ret().ifPresent(ret -> mail.append(ret == Envelope.Return.FULL ? " RET=FULL" : " RET=HDRS"));
        envelope.envelopeId().ifPresent(id -> mail.append(" ENVID=").append(xtext(id)));
        return mail.toString();
    }

    private static String rcpt(Recipient recipient) {
        var rcpt = new StringBuilder("RCPT TO:<").append(recipient.mailbox()).append('>');
        if (!recipient.notifyOn().isEmpty()) {
            rcpt.append(" NOTIFY=")
                    .append(recipient.notifyOn().stream()
                            .sorted()
                            .map(on -> on.name().toUpperCase(Locale.ROOT))
                            .collect(Collectors.joining(",")));
        }
        recipient
                .originalRecipient()
                .ifPresent(original -> rcpt.append(" ORCPT=").append(typed(original)));
        return rcpt.toString();
    }

    /** The address type stands as it is; what follows it is xtext, or, of the type utf-8, as RFC 6533 section 3 encodes it. */
    private static String typed(String original) {
        int semicolon = original.indexOf(';');
        var type = original.substring(0, semicolon);
        var address = original.substring(semicolon + 1);
        var encoded = type.equalsIgnoreCase(Utf8Address.TYPE) ? new Utf8Address(address).xtext() : xtext(address);
        return type + ";" + encoded;
    }

    /** RFC 3461 section 4: what is not printable US-ASCII, {@code +} and {@code =} are given in hexadecimal. */
    private static String xtext(String text) {
        var xtext = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = octet > ' ' && octet < 0x7f && octet != '+' && octet != '=';
            xtext.append(plain ? String.valueOf((char) octet) : String.format(Locale.ROOT, "+%02X", octet));
        }
        return xtext.toString();
    }
}
