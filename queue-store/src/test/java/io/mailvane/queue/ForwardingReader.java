package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A reader before another one, for whoever changes a part of it. As many threads as that. */
abstract class ForwardingReader implements SegmentStore.Reader {
    private final SegmentStore.Reader reader;

    ForwardingReader(SegmentStore.Reader reader) {
        this.reader = reader;
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
        return reader.read(into, position);
    }

    @Override
    public long size() throws IOException {
        return reader.size();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
