package io.mailvane.outbound;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Tells a fault of our storage from one of the connection. */
final class QueuedContent extends FilterInputStream {
    QueuedContent(InputStream in) {
        super(in);
    }

    @Override
    public int read() {
        try {
            return super.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int read(byte[] octets, int offset, int length) {
        try {
            return super.read(octets, offset, length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
