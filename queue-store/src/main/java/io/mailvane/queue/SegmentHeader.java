package io.mailvane.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first octets of a segment: format, epoch, number, salt, the ids' time, partition; {@code docs/queue-format.md} shows
 * them.
 *
 * @param issuedMillis the latest time that a queue id given before carries: ids ascend also over a restart that finds no
 *     other record
 */
record SegmentHeader(SegmentName name, long issuedMillis, String partition) {
    /** Fixed, so that the first record's place is known without reading. */
    static final int SIZE = 128;

    private static final long MAGIC = 0x4D41_494C_5641_4E45L;
    private static final int FORMAT = 1;
    private static final int CHECKED = SIZE - 4;
    private static final int FIXED = 8 + 4 + 8 + 4 + 8 + 8 + 2;
    private static final int MAX_PARTITION = CHECKED - FIXED;

    SegmentHeader {
        if (partition.getBytes(StandardCharsets.UTF_8).length > MAX_PARTITION) {
            throw new IllegalArgumentException("a partition's name has at most " + MAX_PARTITION + " octets");
        }
    }

    byte[] encode() {
        var header = ByteBuffer.allocate(SIZE);
        var owner = partition.getBytes(StandardCharsets.UTF_8);
        header.putLong(MAGIC).putInt(FORMAT);
        header.putLong(name.epoch()).putInt(name.number()).putLong(name.salt()).putLong(issuedMillis);
        header.putShort((short) owner.length).put(owner);
        header.putInt(CHECKED, RecordHeader.checksum(header.array(), 0, CHECKED));
        return header.array();
    }

    /**
     * Empty if these are not the first octets of a segment.
     *
     * @throws LaterFormatException if they are, of another format
     */
    static Optional<SegmentHeader> decode(String fileName, byte[] octets) throws LaterFormatException {
        var header = ByteBuffer.wrap(octets);
        boolean sound = octets.length == SIZE
                && header.getInt(CHECKED) == RecordHeader.checksum(octets, 0, CHECKED)
                && header.getLong() == MAGIC;
        if (!sound) {
            return Optional.empty();
        }
        int format = header.getInt();
        if (format != FORMAT) {
            throw new LaterFormatException(fileName, "format " + format);
        }
        long epoch = header.getLong();
        var name = new SegmentName(header.getInt(), epoch, header.getLong());
        long issuedMillis = header.getLong();
        var partition = new byte[header.getShort()];
        header.get(partition);
        return Optional.of(new SegmentHeader(name, issuedMillis, new String(partition, StandardCharsets.UTF_8)));
    }
}
