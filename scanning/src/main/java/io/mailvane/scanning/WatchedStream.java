package io.mailvane.scanning;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream of which nothing goes by unseen, whatever its reader calls. One thread. */
abstract class WatchedStream extends FilterInputStream {
    private static final int SKIP_MOST = 8192;

    WatchedStream(InputStream in) {
        super(in);
    }

    /**
     * What was just read, also if that is nothing.
     *
     * @throws IOException if the reader is to have no more
     */
    abstract void seen(byte[] from, int offset, int octets) throws IOException;

    /** What the reader is told of a failure. */
    IOException broke(IOException cause) {
        return cause;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int octets;
        try {
            octets = super.read(into, offset, length);
        } catch (IOException e) {
            throw broke(e);
        }
        seen(into, offset, Math.max(0, octets));
        return octets;
    }

    /** By reading. */
    @Override
    public long skip(long octets) throws IOException {
        var passed = new byte[(int) Math.min(SKIP_MOST, Math.max(0, octets))];
        return passed.length == 0 ? 0 : Math.max(0, read(passed, 0, passed.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
