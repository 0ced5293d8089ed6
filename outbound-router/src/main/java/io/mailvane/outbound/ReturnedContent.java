package io.mailvane.outbound;

import io.mailvane.queue.DsnComposer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a DSN gives back of the message (RFC 3461 section 4.3): all of it, or its header section.
 *
 * @param type message/rfc822 or text/rfc822-headers
 * @param encoding the Content-Transfer-Encoding of {@code octets}
 */
record ReturnedContent(String type, String encoding, byte[] octets) {
    /** Of a message that is larger the header section alone is given back, and of that no more than this. */
    private static final int MOST = 64 << 10;

    /** @param full whether all of it was asked for */
    static ReturnedContent read(DsnComposer.ContentSource source, boolean full) throws IOException, MessagingException {
        byte[] begin;
        try (var content = source.open()) {
            begin = content.readNBytes(MOST + 1);
        }
        if (full && begin.length <= MOST) {
            return new ReturnedContent("message/rfc822", isSevenBit(begin) ? "7bit" : "8bit", begin);
        }
        var header = header(begin);
        return isSevenBit(header)
                ? new ReturnedContent("text/rfc822-headers", "7bit", header)
                // RFC 6522 section 4 allows it for this type.
                : new ReturnedContent("text/rfc822-headers; charset=utf-8", "quoted-printable", quoted(header));
    }

    static boolean isSevenBit(byte[] octets) {
        for (byte octet : octets) {
            if (octet < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whole lines, without the empty one. */
    private static byte[] header(byte[] begin) {
        int line = 0;
        for (int i = 0; i < Math.min(begin.length, MOST); i++) {
            if (begin[i] == '\n') {
                boolean empty = i - line == 1 && begin[line] == '\r';
                if (empty) {
                    break;
                }
                line = i + 1;
            }
        }
        return Arrays.copyOf(begin, line);
    }

    private static byte[] quoted(byte[] octets) throws IOException, MessagingException {
        var encoded = new ByteArrayOutputStream();
        try (var out = MimeUtility.encode(encoded, "quoted-printable")) {
            out.write(octets);
        }
        return encoded.toByteArray();
    }
}
