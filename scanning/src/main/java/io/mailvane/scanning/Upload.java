package io.mailvane.scanning;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** A message's content as the body of a request, read anew each time that it is sent. */
final class Upload extends AbstractHttpEntity {
    private static final int PIECE = 16 << 10;

    private final byte[] head;
    private final ScanRequest request;

    /** @param head sent before the content */
    Upload(byte[] head, ScanRequest request) {
        super((ContentType) null, null);
        this.head = head;
        this.request = request;
    }

    @Override
    public long getContentLength() {
        return head.length + request.size();
    }

    @Override
    public InputStream getContent() throws IOException {
        return new SequenceInputStream(
                new ByteArrayInputStream(head), request.content().open());
    }

    /** Content that turns out shorter or longer than was said fails the request. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(head);
        try (var content = request.content().open()) {
            var octets = new byte[PIECE];
            long sent = 0;
            for (int length = content.read(octets); length >= 0; length = content.read(octets)) {
                sent += length;
                require(sent <= request.size());
                out.write(octets, 0, length);
            }
            require(sent == request.size());
        }
    }

    private void require(boolean isAsSaid) throws IOException {
        if (!isAsSaid) {
            throw new IOException("the content has not the " + request.size() + " octets that it should have");
        }
    }

    @Override
    public boolean isStreaming() {
        return true;
    }

    @Override
    public boolean isRepeatable() {
        return true;
    }

    @Override
    public void close() {
        // Each reading closes what it opened.
    }
}
