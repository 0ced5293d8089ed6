package io.mailvane.queue;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads back what {@link RecordBuffer} wrote; a payload that ends early is an IOException, never a guess. One thread. */
final class PayloadReader {
    private final ByteBuffer payload;

    /** @param payload read from its position to its limit */
    PayloadReader(ByteBuffer payload) {
        this.payload = payload;
    }

    int getByte() throws IOException {
        return need(1).get() & 0xff;
    }

    int getInt() throws IOException {
        return need(4).getInt();
    }

    long getLong() throws IOException {
        return need(8).getLong();
    }

    String getText() throws IOException {
        return new String(getOctets(), StandardCharsets.UTF_8);
    }

    byte[] getOctets() throws IOException {
        int length = getInt();
        if (length < 0 || length > payload.remaining()) {
            throw new IOException("a record is shorter than it says");
        }
        var octets = new byte[length];
        payload.get(octets);
        return octets;
    }

    /** A count of things that take at least one octet each. */
    int getCount() throws IOException {
        int count = getInt();
        if (count < 0 || count > payload.remaining()) {
            throw new IOException("a record is shorter than it says");
        }
        return count;
    }

    private ByteBuffer need(int octets) throws IOException {
        if (payload.remaining() < octets) {
            throw new IOException("a record is shorter than it says", new BufferUnderflowException());
        }
        return payload;
    }
}
