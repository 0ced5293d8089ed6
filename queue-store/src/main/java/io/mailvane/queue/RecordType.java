package io.mailvane.queue;

import java.util.Optional;

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
    SEAL(5);

    private final byte code;

    RecordType(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static Optional<RecordType> ofCode(byte code) {
        for (var type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
