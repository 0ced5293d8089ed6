package io.mailvane.outbound;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Whether content really holds what its envelope announced; read only where a peer could not take that.
 *
 * @param header an octet above 127 stands in the header section
 * @param body one stands in the body
 */
record ContentScan(boolean header, boolean body) {
    static ContentScan of(Delivery.Content content) {
        try (var in = content.open()) {
            return scan(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ContentScan scan(InputStream in) throws IOException {
        var chunk = new byte[16 << 10];
        boolean header = false;
        int lineLength = 0;
        boolean inHeader = true;
        for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
            for (int i = 0; i < length; i++) {
                byte octet = chunk[i];
                if (octet < 0 && !inHeader) {
                    return new ContentScan(header, true);
                }
                header |= octet < 0;
                if (octet == '\n') {
                    inHeader &= lineLength > 0;
                    lineLength = 0;
                } else if (octet != '\r') {
                    lineLength++;
                }
            }
        }
        return new ContentScan(header, false);
    }
}
