package io.mailvane.scanning;

import java.io.FilterInputStream;
import java.io.IOException;
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
final class ZipHeaders extends FilterInputStream {
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
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int octets = super.read(into, offset, length);
        for (int i = offset; i < offset + octets; i++) {
            accept(into[i]);
        }
        return octets;
    }

    /** By reading, so that nothing goes by unseen. */
    @Override
    public long skip(long octets) throws IOException {
        var passed = new byte[(int) Math.min(8192, Math.max(0, octets))];
        return passed.length == 0 ? 0 : Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public boolean markSupported() {
        return false;
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
