package io.mailvane.scanning;

import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages that the world agreed to find, to see that an engine is awake before real mail goes through it. */
public enum TestMessage {
    /** The Generic Test for Unsolicited Bulk Email: for engines that know spam. */
    GTUBE(Signature.GTUBE),
    /** EICAR's anti-malware test file: for engines that know malware. */
    EICAR(Signature.EICAR);

    private final String content;

    TestMessage(Signature signature) {
        var text = """
                From: <postmaster@localhost>
                To: <postmaster@localhost>
                Subject: Is the scanner awake?
                Date: Thu, 01 Jan 2026 00:00:00 +0000
                Message-ID: <scanner@localhost>
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii

                %s
                """.formatted(signature.text());
        content = text.replace("\n", "\r\n");
    }

    /** A scan of it. */
    public ScanRequest request() {
        var transaction =
                new Transaction("-", "localhost", "127.0.0.1", "postmaster@localhost", List.of("postmaster@localhost"));
        var octets = content.getBytes(StandardCharsets.US_ASCII);
        return new ScanRequest(transaction, octets.length, () -> new ByteArrayInputStream(octets));
    }
}
