package io.mailvane.inbound;

import io.mailvane.mail.QueueId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** The trace field that we put before what came (RFC 5321 section 4.4, RFC 3848 for the protocol names). */
record ReceivedField(String helo, String client, String hostname, String protocol, Optional<String> tls) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    /** @param only the recipient if there is exactly one: with more, naming one would tell the others */
    byte[] octets(QueueId id, Optional<String> only, Instant at) {
        var field = new StringBuilder(256)
                .append("Received: from ")
                .append(helo)
                .append(" (")
                .append(client)
                .append(")\r\n");
        tls.ifPresent(version -> field.append("\t(using ").append(version).append(")\r\n"));
        field.append("\tby ").append(hostname).append(" with ").append(protocol);
        field.append(" id ").append(id);
        only.ifPresent(
                recipient -> field.append("\r\n\tfor <").append(recipient).append('>'));
        field.append(";\r\n\t").append(DATE.format(at)).append("\r\n");
        return field.toString().getBytes(StandardCharsets.UTF_8);
    }
}
