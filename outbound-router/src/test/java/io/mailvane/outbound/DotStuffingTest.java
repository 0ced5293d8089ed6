package io.mailvane.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DotStuffingTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    static Stream<Arguments> contents() {
        return Stream.of(
                Arguments.of("", ".\r\n"),
                Arguments.of("a", "a\r\n.\r\n"),
                Arguments.of("a\r\n", "a\r\n.\r\n"),
                Arguments.of("a\r\n\r\n", "a\r\n\r\n.\r\n"),
                Arguments.of(".", "..\r\n.\r\n"),
                Arguments.of(".\r\n", "..\r\n.\r\n"),
                Arguments.of("..\r\n", "...\r\n.\r\n"),
                Arguments.of("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
                Arguments.of("a\r\n.b", "a\r\n..b\r\n.\r\n"),
                Arguments.of("a.\r\n", "a.\r\n.\r\n"),
                Arguments.of("\r\n.\r\n.\r\n", "\r\n..\r\n..\r\n.\r\n"),
                // Only CRLF ends a line: what was no line for us must not become one.
                Arguments.of("a\n.\nb\r\n", "a\n.\nb\r\n.\r\n"),
                Arguments.of("a\r.\rb\r\n", "a\r.\rb\r\n.\r\n"),
                Arguments.of("a\r\r\n.b\r\n", "a\r\r\n..b\r\n.\r\n"),
                Arguments.of("a\r", "a\r\r\n.\r\n"),
                Arguments.of("a\n", "a\n\r\n.\r\n"));
    }

    @ParameterizedTest
    @MethodSource("contents")
    void doublesTheDotAtTheBeginOfALine(String content, String sent) throws IOException {
        assertThat(stuff(bytes(content))).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("contents")
    void doublesItWhereverTheContentIsCut(String content, String sent) throws IOException {
        assertThat(stuff(new Octets(content))).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("contents")
    void doublesItWhereverTheBufferEnds(String content, String sent) throws IOException {
        int size = 16 << 10;
        for (int before = size - 4; before <= size + 2; before++) {
            var filler = "x".repeat(before - 2) + "\r\n";

            assertThat(stuff(bytes(filler + content))).isEqualTo(filler + sent);
        }
    }

    private static InputStream bytes(String content) {
        return new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII));
    }

    private static String stuff(InputStream content) throws IOException {
        try (var socket = new Written();
                var wire = new SmtpWire(socket)) {
            var stuffing = new DotStuffing(wire, LONG);
            var deadline = Deadline.in(LONG, () -> 0);
            assertThat(stuffing.send(content, deadline)).isTrue();
            stuffing.end(deadline);
            return socket.octets.toString(StandardCharsets.US_ASCII);
        }
    }

    /** Keeps what is written to it, and has nothing to say. */
    private static final class Written extends Socket {
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

        @Override
        public OutputStream getOutputStream() {
            return octets;
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }
    }

    /** One octet at each read. */
    private static final class Octets extends ByteArrayInputStream {
        Octets(String content) {
            super(content.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public synchronized int read(byte[] octets, int offset, int length) {
            return super.read(octets, offset, Math.min(1, length));
        }
    }
}
