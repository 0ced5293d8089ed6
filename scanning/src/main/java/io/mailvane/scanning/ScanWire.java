package io.mailvane.scanning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.mailvane.mail.Verdict;
import io.mailvane.scanning.ScanRequest.Transaction;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What relay and worker say to each other, both being the same program: {@code POST /scan} with the transaction as JSON, its
 * length (4 octets) before it, and the content behind it; {@code GET /status}. Answers are JSON.
 */
final class ScanWire {
    static final String SCAN = "/scan";
    static final String STATUS = "/status";
    /** How many milliseconds whoever asks will wait. */
    static final String WITHIN = "Mailvane-Within";
    /** In every answer: scans that run, this one left out, and how many may. */
    static final String IN_FLIGHT = "Mailvane-In-Flight";

    static final String CAPACITY = "Mailvane-Capacity";

    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int UNAUTHORIZED = 401;
    static final int NOT_FOUND = 404;
    /** The scan failed: another worker may do better. */
    static final int FAILED = 500;
    /** Nothing was begun. */
    static final int NO_ROOM = 503;

    private static final int TRANSACTION_MOST = 4 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ScanWire() {}

    static byte[] head(Transaction transaction) {
        var json = json(transaction);
        return ByteBuffer.allocate(Integer.BYTES + json.length)
                .putInt(json.length)
                .put(json)
                .array();
    }

    /** Reads what {@link #head} wrote; what follows in {@code body} is the content. */
    static Transaction transaction(InputStream body) throws IOException {
        int length = new DataInputStream(body).readInt();
        if (length < 0 || length > TRANSACTION_MOST) {
            throw new IOException("a transaction of " + length + " octets");
        }
        return JSON.readValue(body.readNBytes(length), Transaction.class);
    }

    /**
     * Reads a verdict; one that no engine has signed with a field is none.
     *
     * @throws IOException if it is anything else
     */
    static Verdict verdict(byte[] json) throws IOException {
        var verdict = JSON.readValue(json, Verdict.class);
        if (verdict.fields().isEmpty()) {
            throw new IOException("a verdict that no engine signed");
        }
        return verdict;
    }

    static WorkerStatus status(byte[] json) throws IOException {
        return JSON.readValue(json, WorkerStatus.class);
    }

    static byte[] json(Object value) {
        try {
            return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a value of ours that cannot be written", e);
        }
    }
}
