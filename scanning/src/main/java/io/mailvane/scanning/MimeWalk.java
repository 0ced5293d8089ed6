package io.mailvane.scanning;

import java.io.IOException;
import java.io.InputStream;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;

/** Walks through a message part by part, also through messages that are attached to it. One thread. */
final class MimeWalk {
    /** Octets of a header field, and of a line of it: they are held in memory. Bodies are not read by lines. */
    static final int FIELD_MOST = 256 << 10;

    private static final MimeConfig BOUNDED = new MimeConfig.Builder()
            .setMaxLineLen(FIELD_MOST)
            .setMaxHeaderLen(FIELD_MOST)
            .setMaxHeaderCount(10_000)
            .setMaxContentLen(-1)
            .build();

    private final Inspection inspection;
    private final PartScan parts;

    MimeWalk(Inspection inspection, PartScan parts) {
        this.inspection = inspection;
        this.parts = parts;
    }

    void walk(InputStream content) throws IOException {
        try {
            tokens(content);
        } catch (IOException | MimeException | RuntimeException e) {
            // As with archives: what a library makes of hostile octets is no fault of anybody here.
            inspection.unreadable("MIME");
        }
    }

    private void tokens(InputStream content) throws IOException, MimeException {
        var tokens = new MimeTokenStream(BOUNDED, new PartFields(inspection::doubtfulMime));
        tokens.parse(content);
        int depth = 0;
        for (var state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
            switch (state) {
                case T_START_MESSAGE, T_START_MULTIPART -> {
                    depth++;
                    // The message itself is the first of them.
                    inspection.requireMimeDepth(depth - 1);
                }
                case T_END_MESSAGE, T_END_MULTIPART -> depth--;
                case T_BODY -> {
                    inspection.countPart();
                    parts.scan(tokens.getDecodedInputStream());
                }
                default -> {
                    // Fields, preambles and epilogues: the search of the raw content sees them.
                }
            }
        }
    }
}
