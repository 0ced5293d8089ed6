package io.mailvane.scanning;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.mailvane.mail.Verdict.Action;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class MimeWalkTest {
    private static final String ENDLESS = "Subject: " + "x".repeat(8 << 20);

    @Test
    void readsNoMoreOfALineOfAHeaderThanItMayHold() throws Exception {
        requireGivenUp("MIME-Version: 1.0\r\n" + ENDLESS);
        requireGivenUp("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + ENDLESS);
    }

    @Test
    void readsNoMoreOfALineOfAnEncodedMessagesHeader() throws Exception {
        requireGivenUp("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(ENDLESS.getBytes(US_ASCII))
                + "\r\n--b--\r\n");
    }

    /** Base64 takes a third more than what is held. */
    private static void requireGivenUp(String message) throws IOException {
        var octets = message.getBytes(US_ASCII);
        var content = new ByteArrayInputStream(octets);
        var inspection = new Inspection(BuiltinLimits.DEFAULT, octets.length, Scans.soon());
        new MimeWalk(inspection, new PartScan(inspection)).walk(content);
        assertThat(inspection.finding()).isEqualTo(Finding.of(Action.QUARANTINE, "MIME that cannot be read"));
        assertThat(octets.length - content.available()).isLessThan(2 * MimeWalk.FIELD_MOST);
    }
}
