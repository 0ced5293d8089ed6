package io.mailvane.scanning;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A zip archive's octets, whose headers are looked at as they go by: an entry has one before it, and one in the directory at
 * the end, which is the one that programs believe. One thread.
 */
final class ZipHeaders extends WatchedStream {
    private static final int LOCAL = 0x504b0304;
    private static final int CENTRAL = 0x504b0102;
    /** What is needed of each behind its signature: of the one in the directory the last is where the other is. */
    private static final int LOCAL_OCTETS = 4;

    private static final int CENTRAL_OCTETS = 42;
    private static final int LOCAL_FLAGS = 2;
    private static final int CENTRAL_FLAGS = 4;
    private static final int CENTRAL_OFFSET = 38;
    /** They are held in memory; of more nothing is said but that. */
    private static final int HEADERS_MOST = 1 << 16;

    /** By where it begins, whether an entry is encrypted as it says itself. */
    private final Map<Long, Boolean> encrypted = new HashMap<>();
    /** Where those begin that the directory names. */
    private final Set<Long> named = new HashSet<>();

    private final ByteBuffer header = ByteBuffer.allocate(CENTRAL_OCTETS).order(ByteOrder.LITTLE_ENDIAN);
    private boolean inHeader;
    private boolean central;
    private long begin;
    private long at;
    private int word;
    private boolean contradiction;

    ZipHeaders(InputStream archive) {
        super(archive);
    }

    /**
     * Whether the directory does not say the same of what is encrypted, once the archive was read to its end. Also where that
     * cannot be known.
     */
    boolean contradict() {
        return contradiction
                || inHeader
                || encrypted.entrySet().stream().anyMatch(entry -> entry.getValue() && !named.contains(entry.getKey()));
    }

    @Override
    void seen(byte[] from, int offset, int octets) {
        for (int i = offset; i < offset + octets; i++) {
            accept(from[i]);
        }
    }

    private void accept(byte octet) {
        at++;
        word = (word << 8) | (octet & 0xff);
        if (inHeader) {
            header.put(octet);
            if (!header.hasRemaining()) {
                inHeader = false;
                understand();
            }
        }
        if (word == LOCAL || word == CENTRAL) {
            begin();
        }
    }

    private void begin() {
        // One within another: which of them is meant, programs may see differently.
        contradiction |= inHeader;
        inHeader = true;
        central = word == CENTRAL;
        begin = at - Integer.BYTES;
        header.clear().limit(central ? CENTRAL_OCTETS : LOCAL_OCTETS);
    }

    private void understand() {
        if (central) {
            long entry = Integer.toUnsignedLong(header.getInt(CENTRAL_OFFSET));
            contradiction |= !Boolean.valueOf(isEncrypted(CENTRAL_FLAGS)).equals(encrypted.get(entry));
            if (encrypted.containsKey(entry)) {
                named.add(entry);
            }
        } else if (encrypted.size() < HEADERS_MOST) {
            encrypted.put(begin, isEncrypted(LOCAL_FLAGS));
        } else {
            contradiction = true;
        }
    }

    private boolean isEncrypted(int flags) {
        return (header.getShort(flags) & 1) != 0;
    }
}
