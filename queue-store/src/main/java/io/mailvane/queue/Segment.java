package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A segment as the running queue knows it. Any number of threads. */
final class Segment {
    private final SegmentStore store;
    private final int number;
    private final String name;
    private final long salt;
    private final AtomicInteger pins = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean();
    private volatile boolean writable;
    private volatile boolean damaged;
    private volatile long octets;
    private SegmentStore.@Nullable Reader reader;

    Segment(SegmentStore store, int number, String name, long salt) {
        this.store = store;
        this.number = number;
        this.name = name;
        this.salt = salt;
        this.writable = true;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    long salt() {
        return salt;
    }

    /**
     * Keeps the segment until {@link #unpin}. A message pins where its first record is, a reader where its message's is; later
     * segments are kept by that too, since the oldest goes first.
     */
    void pin() {
        pins.incrementAndGet();
    }

    void unpin() {
        pins.decrementAndGet();
    }

    int pins() {
        return pins.get();
    }

    boolean writable() {
        return writable;
    }

    void closeForWriting(long size) {
        octets = size;
        writable = false;
    }

    /** How long it is; 0 while it grows. */
    long octets() {
        return octets;
    }

    /** What was appended since the last force may not be there: no message that has a part here may be committed. */
    void breakDown() {
        broken.set(true);
    }

    boolean broken() {
        return broken.get();
    }

    /** Something in it could not be read at the start: it is kept for whoever salvages. */
    void markDamaged() {
        damaged = true;
    }

    boolean damaged() {
        return damaged;
    }

    /**
     * Reads exactly {@code length} octets.
     *
     * @throws IOException if there are fewer
     */
    byte[] read(long offset, int length) throws IOException {
        var into = ByteBuffer.allocate(length);
        int got = readOnce(into, offset);
        if (got < length) {
            throw new IOException("segment " + name + " ends at " + (offset + got) + ", wanted " + (offset + length));
        }
        return into.array();
    }

    /** A thread that was interrupted while it read closes the channel for all: the next one opens it again. */
    private int readOnce(ByteBuffer into, long offset) throws IOException {
        var first = reader();
        try {
            return first.read(into, offset);
        } catch (ClosedChannelException e) {
            drop(first);
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            into.clear();
            return reader().read(into, offset);
        }
    }

    private synchronized SegmentStore.Reader reader() throws IOException {
        if (reader == null) {
            reader = store.open(name);
        }
        return reader;
    }

    @SuppressWarnings("ReferenceEquality") // That very handle, not an equal one.
    private synchronized void drop(SegmentStore.Reader closed) {
        if (reader == closed) {
            reader = null;
        }
    }

    synchronized void closeReader() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
