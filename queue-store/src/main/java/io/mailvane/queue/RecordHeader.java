package io.mailvane.queue;

import io.mailvane.mail.QueueId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The 44 octets before every record's payload; {@code docs/queue-format.md} shows them.
 *
 * <p>The header's checksum begins with the segment's salt, a random number that no client knows: a mail that holds the
 * octets of a record is never taken for one, not even where a search begins in the middle of a damaged segment.
 *
 * @param sequence a CHUNK's place among its message's chunks, from 0, so that one kept twice counts once; of COMMIT and
 *     UPDATE {@link #ALONE} or {@link #JOINED}; else 0
 * @param id all zeros ({@link #NO_ID}) where the record speaks of no message
 */
record RecordHeader(RecordType type, int sequence, int length, long epoch, String id, int payloadChecksum) {
    static final int SIZE = 44;
    static final int MAX_PAYLOAD = 16 << 20;
    static final int MAX_SEQUENCE = (1 << 24) - 1;
    static final String NO_ID = "0".repeat(16);
    static final int ALONE = 0;
    /** This COMMIT and the UPDATE directly behind it count together, or neither does. */
    static final int JOINED = 1;

    private static final int MAGIC = 0x4D56_5231;
    private static final int CHECKED = SIZE - 4;
    private static final int PAYLOAD_CHECKSUM = SIZE - 8;

    QueueId queueId() {
        return new QueueId(id);
    }

    /** What a header says beside what is computed. */
    record Label(RecordType type, int sequence, String id) {}

    /** Writes the header at {@code at}, for a payload that stands behind it already. */
    static void write(byte[] into, int at, Label label, int length, Stamp stamp) {
        if (length > MAX_PAYLOAD || label.sequence() > MAX_SEQUENCE) {
            throw new IllegalArgumentException(
                    "no record holds " + length + " octets, or is number " + label.sequence());
        }
        var header = ByteBuffer.wrap(into, at, SIZE);
        header.putInt(MAGIC)
                .putInt((label.type().code() << 24) | label.sequence())
                .putInt(length);
        header.putLong(stamp.epoch());
        header.put(label.id().getBytes(StandardCharsets.US_ASCII));
        header.putInt(checksum(into, at + SIZE, length));
        header.putInt(headerChecksum(into, at, stamp.salt()));
    }

    /** Whether a header can begin with this octet: spares a search the checksum. */
    static boolean mayBegin(byte octet) {
        return octet == MAGIC >>> 24;
    }

    /** Reads a header; empty if there is none at {@code at}. */
    static Optional<RecordHeader> read(byte[] from, int at, long salt) {
        var header = ByteBuffer.wrap(from, at, SIZE);
        if (header.getInt() != MAGIC) {
            return Optional.empty();
        }
        int typeAndSequence = header.getInt();
        var type = RecordType.ofCode((byte) (typeAndSequence >>> 24));
        int sequence = typeAndSequence & MAX_SEQUENCE;
        int length = header.getInt();
        long epoch = header.getLong();
        var id = new byte[16];
        header.get(id);
        int payloadChecksum = header.getInt();
        if (header.getInt() != headerChecksum(from, at, salt) || length < 0 || length > MAX_PAYLOAD) {
            return Optional.empty();
        }
        return Optional.of(new RecordHeader(
                type, sequence, length, epoch, new String(id, StandardCharsets.US_ASCII), payloadChecksum));
    }

    /** The payload's checksum in a header that was written at {@code at}. */
    static int payloadChecksum(byte[] octets, int at) {
        return ByteBuffer.wrap(octets).getInt(at + PAYLOAD_CHECKSUM);
    }

    boolean joined() {
        return sequence == JOINED;
    }

    /** Where the next record begins. */
    long end(long location) {
        return location + SIZE + length;
    }

    static int checksum(byte[] octets, int offset, int length) {
        var crc = new CRC32C();
        crc.update(octets, offset, length);
        return (int) crc.getValue();
    }

    private static int headerChecksum(byte[] octets, int at, long salt) {
        var crc = new CRC32C();
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            crc.update((int) (salt >>> shift) & 0xff);
        }
        crc.update(octets, at, CHECKED);
        return (int) crc.getValue();
    }

    /** What every record of one opening carries. */
    record Stamp(long epoch, long salt) {}
}
