package io.mailvane.scanning;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Content that comes once and is read by several engines: in memory while it is small, else in a file that has no name any
 * more when the first octet is written, so that nothing of it outlives the process.
 */
final class Spool implements Content, AutoCloseable {
    private static final int IN_MEMORY = 256 << 10;

    private final byte[] begin;
    private final Optional<FileChannel> file;
    private final long size;

    private Spool(byte[] begin, Optional<FileChannel> file, long size) {
        this.begin = begin;
        this.file = file;
        this.size = size;
    }

    /** Reads {@code content} to its end. */
    static Spool of(InputStream content, Path directory) throws IOException {
        var begin = content.readNBytes(IN_MEMORY);
        if (begin.length < IN_MEMORY) {
            return new Spool(begin, Optional.empty(), begin.length);
        }
        var file = unnamed(directory);
        try {
            return new Spool(begin, Optional.of(file), begin.length + copy(content, file));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel unnamed(Path directory) throws IOException {
        var path = Files.createTempFile(directory, "scan", "");
        try {
            return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } finally {
            Files.delete(path);
        }
    }

    private static long copy(InputStream content, FileChannel file) throws IOException {
        var octets = new byte[64 << 10];
        long copied = 0;
        for (int length = content.read(octets); length >= 0; length = content.read(octets)) {
            var piece = ByteBuffer.wrap(octets, 0, length);
            while (piece.hasRemaining()) {
                copied += file.write(piece, copied);
            }
        }
        return copied;
    }

    long size() {
        return size;
    }

    @Override
    public InputStream open() {
        var inMemory = new ByteArrayInputStream(begin);
        return file.<InputStream>map(rest -> new SequenceInputStream(inMemory, new FromStart(rest)))
                .orElse(inMemory);
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }

    /** A file read by itself, whoever else reads it. */
    private static final class FromStart extends InputStream {
        private final FileChannel file;
        private long at;

        FromStart(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int octets = file.read(ByteBuffer.wrap(into, offset, length), at);
            at += Math.max(0, octets);
            return octets;
        }
    }
}
