package io.mailvane.scanning;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;

/**
 * A message's content as the body of an HTTP request. The JDK's client reads it on threads of its own, and leaves it open
 * when an exchange is given up: whoever made this closes it, which ends each stream at once.
 */
final class Upload implements AutoCloseable {
    private final byte[] head;
    private final ScanRequest request;
    private final List<Guarded> opened = new ArrayList<>();
    private boolean closed;

    /** @param head sent before the content */
    Upload(byte[] head, ScanRequest request) {
        this.head = head;
        this.request = request;
    }

    /** A body of known length: content that turns out shorter or longer fails the request. */
    BodyPublisher publisher() {
        long length = head.length + request.size();
        return length == 0
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::open), length);
    }

    private synchronized InputStream open() {
        if (closed) {
            throw new IllegalStateException("the request was given up");
        }
        try {
            var stream = new Guarded(request.content().open());
            opened.add(stream);
            return new SequenceInputStream(new ByteArrayInputStream(head), stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        for (var stream : opened) {
            stream.close();
        }
    }

    /** Content is read by one thread and closed by another. */
    private static final class Guarded extends FilterInputStream {
        private boolean closed;

        Guarded(InputStream content) {
            super(content);
        }

        @Override
        public synchronized int read() throws IOException {
            requireOpen();
            return super.read();
        }

        @Override
        public synchronized int read(byte[] into, int offset, int length) throws IOException {
            requireOpen();
            return super.read(into, offset, length);
        }

        private void requireOpen() throws IOException {
            if (closed) {
                throw new IOException("the request was given up");
            }
        }

        @Override
        public synchronized void close() throws IOException {
            if (!closed) {
                closed = true;
                super.close();
            }
        }
    }
}
