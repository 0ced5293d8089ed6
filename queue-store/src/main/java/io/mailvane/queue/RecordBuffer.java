package io.mailvane.queue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Records under construction in one growing array, ready to be appended as they stand. One thread at a time.
 *
 * <p>Numbers are big-endian; a text is its length in octets and UTF-8.
 */
final class RecordBuffer {
    private final RecordHeader.Stamp stamp;
    private byte[] octets;
    private int size;
    private int openRecord = -1;

    RecordBuffer(RecordHeader.Stamp stamp, int capacity) {
        this.stamp = stamp;
        this.octets = new byte[capacity];
    }

    int size() {
        return size;
    }

    byte[] array() {
        return octets;
    }

    void clear() {
        size = 0;
        openRecord = -1;
    }

    /** Begins a record; returns its offset in this buffer. */
    int beginRecord() {
        openRecord = size;
        room(RecordHeader.SIZE);
        size += RecordHeader.SIZE;
        return openRecord;
    }

    /** Where the record that was begun lies in this buffer. */
    int openRecord() {
        return openRecord;
    }

    int openPayload() {
        return size - openRecord - RecordHeader.SIZE;
    }

    /** Writes the header of the record that was begun; returns the length of its payload. */
    int endRecord(RecordHeader.Label label) {
        int length = openPayload();
        RecordHeader.write(octets, openRecord, label, length, stamp);
        openRecord = -1;
        return length;
    }

    /** The checksum of a payload whose record was ended. */
    int checksum(int record) {
        return RecordHeader.payloadChecksum(octets, record);
    }

    RecordBuffer putByte(int value) {
        room(1);
        octets[size++] = (byte) value;
        return this;
    }

    RecordBuffer putInt(int value) {
        room(Integer.BYTES);
        octets[size++] = (byte) (value >>> 24);
        octets[size++] = (byte) (value >>> 16);
        octets[size++] = (byte) (value >>> 8);
        octets[size++] = (byte) value;
        return this;
    }

    RecordBuffer putLong(long value) {
        return putInt((int) (value >>> 32)).putInt((int) value);
    }

    RecordBuffer putText(String text) {
        return putOctets(text.getBytes(StandardCharsets.UTF_8));
    }

    /** With their length before them. */
    RecordBuffer putOctets(byte[] value) {
        putInt(value.length);
        return putRaw(value, 0, value.length);
    }

    RecordBuffer putRaw(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, octets, size, length);
        size += length;
        return this;
    }

    private void room(int more) {
        if (octets.length - size < more) {
            octets = Arrays.copyOf(octets, Math.max(octets.length * 2, size + more));
        }
    }
}
