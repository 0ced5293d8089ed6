package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The first octets of a segment: format, epoch, number, salt, partition. */
record SegmentHeader(long epoch, int number, long salt, String partition) {
    /** Fixed, so that the first record's place is known without reading. */
    static final int SIZE = 128;

    private static final long MAGIC = 0x4D41_494C_5641_4E45L;
    private static final int FORMAT = 1;
    private static final int NAME_DIGITS = 8;
    private static final int EPOCH_IN_NAME = NAME_DIGITS + "-e".length();
    private static final int FIXED = 8 + 4 + 8 + 4 + 8 + 2;
    private static final int MAX_PARTITION = SIZE - FIXED - 4;

    SegmentHeader {
        if (partition.getBytes(StandardCharsets.UTF_8).length > MAX_PARTITION) {
            throw new IllegalArgumentException("a partition's name has at most " + MAX_PARTITION + " octets");
        }
    }

    byte[] encode() {
        var header = ByteBuffer.allocate(SIZE);
        var name = partition.getBytes(StandardCharsets.UTF_8);
        header.putLong(MAGIC).putInt(FORMAT).putLong(epoch).putInt(number).putLong(salt);
        header.putShort((short) name.length).put(name);
        header.putInt(SIZE - 4, RecordHeader.checksum(header.array(), 0, SIZE - 4));
        return header.array();
    }

    /** Empty if these are not the first octets of a segment of this format. */
    static Optional<SegmentHeader> decode(byte[] octets) {
        var header = ByteBuffer.wrap(octets);
        boolean sound = octets.length == SIZE
                && header.getInt(SIZE - 4) == RecordHeader.checksum(octets, 0, SIZE - 4)
                && header.getLong() == MAGIC
                && header.getInt() == FORMAT;
        if (!sound) {
            return Optional.empty();
        }
        long epoch = header.getLong();
        int number = header.getInt();
        long salt = header.getLong();
        var name = new byte[header.getShort()];
        header.get(name);
        return Optional.of(new SegmentHeader(epoch, number, salt, new String(name, StandardCharsets.UTF_8)));
    }

    /** The number that a file's name says. */
    static int numberOf(String fileName) throws IOException {
        return (int) hexadecimal(fileName, 0);
    }

    /** The epoch that a file's name says. */
    static long epochOf(String fileName) throws IOException {
        return hexadecimal(fileName, EPOCH_IN_NAME);
    }

    private static long hexadecimal(String fileName, int at) throws IOException {
        try {
            return Long.parseUnsignedLong(fileName.substring(at, at + NAME_DIGITS), 16);
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException(fileName + " is not a segment's name", e);
        }
    }

    /** File names sort by number; the epoch is there for the eye. */
    String fileName() {
        return String.format(Locale.ROOT, "%08x-e%08x.segment", number, epoch);
    }
}
