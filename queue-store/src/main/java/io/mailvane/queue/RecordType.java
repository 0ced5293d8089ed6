package io.mailvane.queue;

/** The kinds of records in a segment; the codes are part of the format. */
enum RecordType {
    /** A message begins: when, and from whom. */
    BEGIN(1),
    /** A part of its content, as it came. */
    CHUNK(2),
    /** It is a message from here on. */
    COMMIT(3),
    /** What became of recipients, or of the whole message. */
    UPDATE(4),
    /** The segment was closed in order; nothing follows. */
    SEAL(5),
    /** What a scan said of a message that waited for it; stands in the place of its COMMIT. */
    VERDICT(6),
    /** Of a later version, which says that others may pass over it. Never written. */
    IGNORABLE(0x80),
    /** Of a later version: whoever does not understand it must not go on. Never written. */
    LATER(0);

    private final byte code;

    RecordType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static RecordType ofCode(byte code) {
        for (var type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return (code & IGNORABLE.code) != 0 ? IGNORABLE : LATER;
    }
}
