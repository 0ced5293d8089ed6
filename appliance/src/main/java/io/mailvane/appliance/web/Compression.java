package io.mailvane.appliance.web;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Sends long texts compressed to those who take them so (RFC 9110, section 12.5.3). No answer holds a secret, so the length of
 * one betrays none.
 */
final class Compression implements ContainerResponseFilter {
    /** Below this the answer fits a packet either way. */
    static final int LEAST = 1400;

    private static final String GZIP = "gzip";

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (response.hasEntity() && isText(response.getMediaType())) {
            response.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            if (takesGzip(request.getHeaders())) {
                response.setEntityStream(new LongOnly(response.getEntityStream(), response.getHeaders()));
            }
        }
    }

    /** Content of messages is neither: it may be large, and often does not shrink. */
    private static boolean isText(MediaType type) {
        return type.getType().equals("text") || type.getSubtype().endsWith("json");
    }

    private static boolean takesGzip(MultivaluedMap<String, String> headers) {
        return headers.getOrDefault(HttpHeaders.ACCEPT_ENCODING, java.util.List.of()).stream()
                .flatMap(field -> Stream.of(field.split(",")))
                .map(coding -> coding.strip().toLowerCase(Locale.ROOT).replace(" ", ""))
                .anyMatch(coding -> coding.equals(GZIP) || (coding.startsWith(GZIP + ";q=") && !isZero(coding)));
    }

    private static boolean isZero(String coding) {
        return coding.substring((GZIP + ";q=").length()).matches("0(\\.0*)?");
    }

    /** Holds the beginning back until it is known to be long. One thread. */
    private static final class LongOnly extends FilterOutputStream {
        private final MultivaluedMap<String, Object> headers;
        private final byte[] begin = new byte[LEAST];
        private int held;
        private boolean decided;

        LongOnly(OutputStream to, MultivaluedMap<String, Object> headers) {
            super(to);
            this.headers = headers;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            if (!decided && held + length <= begin.length) {
                System.arraycopy(octets, from, begin, held, length);
                held += length;
                return;
            }
            if (!decided) {
                headers.putSingle(HttpHeaders.CONTENT_ENCODING, GZIP);
                out = new GZIPOutputStream(out);
                release();
            }
            out.write(octets, from, length);
        }

        private void release() throws IOException {
            decided = true;
            out.write(begin, 0, held);
        }

        /** Nothing is to be seen before its end. */
        @Override
        public void flush() {}

        @Override
        public void close() throws IOException {
            if (!decided) {
                release();
            }
            out.close();
        }
    }
}
