package io.mailvane.outbound;

import io.mailvane.mail.Envelope;
import io.mailvane.mail.MailHost;
import io.mailvane.mail.Mailbox;
import io.mailvane.mail.Recipient;
import io.mailvane.mail.Utf8Address;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** MAIL and RCPT as this peer understands them: a parameter is said only if the peer offered its extension. */
final class SmtpCommands {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final Capabilities offered;
    private final Utf8 utf8;

    /** Whether SMTPUTF8 is said. */
    enum Utf8 {
        NEEDED,
        UNNEEDED
    }

    SmtpCommands(Capabilities offered, Utf8 utf8) {
        this.offered = offered;
        this.utf8 = utf8;
    }

    String mail(Envelope envelope, long size) {
        var command = new StringBuilder(128).append("MAIL FROM:<");
        envelope.reversePath().mailbox().ifPresent(mailbox -> command.append(address(mailbox)));
        command.append('>');
        if (offered.size()) {
            command.append(" SIZE=").append(size);
        }
        if (offered.eightBitMime() && envelope.body() == Envelope.Body.EIGHT_BIT_MIME) {
            command.append(" BODY=8BITMIME");
        }
        if (utf8 == Utf8.NEEDED) {
            command.append(" SMTPUTF8");
        }
        if (offered.dsn()) {
            envelope.ret()
                    .ifPresent(ret -> command.append(" RET=")
                            .append(
                                    switch (ret) {
                                        case FULL -> "FULL";
                                        case HEADERS -> "HDRS";
                                    }));
            envelope.envelopeId().ifPresent(id -> command.append(" ENVID=").append(xtext(id)));
        }
        return command.append("\r\n").toString();
    }

    String rcpt(Recipient recipient) {
        var command = new StringBuilder(128)
                .append("RCPT TO:<")
                .append(address(recipient.mailbox()))
                .append('>');
        if (offered.dsn()) {
            if (!recipient.notifyOn().isEmpty()) {
                command.append(recipient.notifyOn().stream()
                        .sorted()
                        .map(Recipient.Notify::name)
                        .collect(Collectors.joining(",", " NOTIFY=", "")));
            }
            recipient
                    .originalRecipient()
                    .ifPresent(orcpt -> command.append(" ORCPT=").append(original(orcpt)));
        }
        return command.append("\r\n").toString();
    }

    /** An address of the type utf-8 has an encoding of its own (RFC 6533 section 3), in UTF-8 only where SMTPUTF8 is said. */
    private String original(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        var type = orcpt.substring(0, semicolon);
        if (!type.equalsIgnoreCase(Utf8Address.TYPE)) {
            return xtext(orcpt);
        }
        var address = new Utf8Address(orcpt.substring(semicolon + 1));
        return type + ";" + (utf8 == Utf8.NEEDED ? address.unitext() : address.xtext());
    }

    private String address(Mailbox mailbox) {
        if (utf8 == Utf8.NEEDED || !(mailbox.domain() instanceof MailHost.Domain domain)) {
            return mailbox.toString();
        }
        boolean ascii = domain.text().chars().allMatch(c -> c < 0x80);
        return mailbox.localPartText() + "@" + (ascii ? domain.text() : domain.key());
    }

    /** RFC 3461 section 4, with the {@code \x{...}} of RFC 6533 section 3 for what is not ASCII. */
    static String xtext(String text) {
        var encoded = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c >= 0x80) {
                encoded.append("\\x{")
                        .append(Integer.toHexString(c).toUpperCase(java.util.Locale.ROOT))
                        .append('}');
            } else if (c < 0x21 || c == 0x7f || c == '+' || c == '=') {
                encoded.append('+').append(HEX.toHexDigits((byte) c));
            } else {
                encoded.append((char) c);
            }
        });
        return encoded.toString();
    }

    static int octets(String command) {
        return command.getBytes(StandardCharsets.UTF_8).length;
    }
}
