package io.mailvane.scanning;

import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Things to scan. */
final class Scans {
    static final Transaction TRANSACTION = new Transaction(
            "1JIKKA2G00007NQD",
            "client.example",
            "192.0.2.1",
            "me@example.org",
            List.of("you@shop.example", "b@shop.example"));

    private Scans() {}

    static ScanRequest request(byte[] content) {
        return new ScanRequest(TRANSACTION, content.length, () -> new ByteArrayInputStream(content));
    }

    /** @param content with lines that end in a line feed alone */
    static ScanRequest request(String content) {
        return request(content.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    static ScanRequest clean() {
        return request("""
                From: <me@example.org>
                To: <you@shop.example>
                Subject: hi
                Date: Thu, 01 Jan 2026 00:00:00 +0000
                Message-ID: <hi@example.org>

                how are you?
                """);
    }

    static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(60), System::nanoTime);
    }

    static Deadline passed() {
        return Deadline.in(Duration.ZERO, System::nanoTime);
    }
}
