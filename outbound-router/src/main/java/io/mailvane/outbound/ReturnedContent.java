package io.mailvane.outbound;

import io.mailvane.queue.DsnComposer;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeUtility;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/**
 * What a DSN gives back of the message (RFC 3461 section 4.3): all of it, or its header section. All of it only as it came: a RET=FULL
 * that the DSN could not carry without an encoding is answered with the header section, for a whole message must not be encoded (RFC 2046
 * section 5.2.1).
 *
 * @param type message/rfc822 or text/rfc822-headers; in a DSN that may be UTF-8 what RFC 6533 section 4 has instead, where the header
 *     section needs it
 * @param encoding the Content-Transfer-Encoding of {@code octets}
 */
record ReturnedContent(String type, String encoding, byte[] octets) {
    /** Of a message that is larger the header section alone is given back, and of that no more than this. */
    private static final int MOST = 64 << 10;

    /** @param full whether all of it was asked for */
    static ReturnedContent read(DsnComposer.ContentSource source, boolean full, DsnForm form)
            throws IOException, MessagingException {
        byte[] begin;
        try (var content = source.open()) {
            begin = content.readNBytes(MOST + 1);
        }
        var header = header(begin);
        boolean international = form == DsnForm.UTF_8 && !DsnForm.isSevenBit(header);
        if (full && begin.length <= MOST && form.takes(begin)) {
            return asIs(international ? "message/global" : "message/rfc822", begin);
        }
        if (form.takes(header)) {
            return asIs(international ? "message/global-headers" : "text/rfc822-headers", header);
        }
        // RFC 6522 section 4 allows it for this type.
        return new ReturnedContent("text/rfc822-headers; charset=utf-8", "quoted-printable", quoted(header));
    }

    private static ReturnedContent asIs(String type, byte[] octets) {
        return new ReturnedContent(type, DsnForm.isSevenBit(octets) ? "7bit" : "8bit", octets);
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
