package io.mailvane.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Segments in memory, which can be copied as a crash would leave them, cut and damaged. Any number of threads. */
final class MemorySegmentStore implements SegmentStore {
    private final TreeMap<String, Octets> segments = new TreeMap<>();
    private final List<String> setAside = new ArrayList<>();

    private static final class Octets {
        private byte[] array = new byte[1 << 10];
        private int size;
        private int forced;

        synchronized void force() {
            forced = size;
        }

        /** What the loss of power leaves: all that was forced, and somewhat more. */
        synchronized byte[] torn(Random random) {
            return Arrays.copyOf(array, forced + random.nextInt(size - forced + 1));
        }

        synchronized void append(ByteBuffer from) {
            int more = from.remaining();
            if (array.length - size < more) {
                array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
            }
            from.get(array, size, more);
            size += more;
        }

        synchronized int read(ByteBuffer into, long position) {
            int count = Math.clamp(size - position, 0, into.remaining());
            into.put(array, (int) Math.min(position, size), count);
            return count;
        }

        synchronized int size() {
            return size;
        }

        synchronized byte[] whole() {
            return Arrays.copyOf(array, size);
        }
    }

    /** The same, with the last segment cut to {@code length} octets. */
    synchronized MemorySegmentStore cut(long length) {
        var copy = new MemorySegmentStore();
        segments.forEach((name, octets) -> {
            var whole = octets.whole();
            boolean last = name.equals(segments.lastKey());
            copy.put(name, last ? Arrays.copyOf(whole, (int) Math.min(length, whole.length)) : whole);
        });
        return copy;
    }

    /** The same, as the loss of power would leave it. */
    synchronized MemorySegmentStore afterPowerLoss(Random random) {
        var copy = new MemorySegmentStore();
        segments.forEach((name, octets) -> copy.put(name, octets.torn(random)));
        return copy;
    }

    synchronized MemorySegmentStore copy() {
        return cut(Integer.MAX_VALUE);
    }

    synchronized void put(String name, byte[] whole) {
        var octets = new Octets();
        octets.append(ByteBuffer.wrap(whole));
        octets.force();
        segments.put(name, octets);
    }

    synchronized byte[] octets(String name) throws IOException {
        return find(name).whole();
    }

    synchronized String lastName() {
        return segments.lastKey();
    }

    synchronized long lastSize() {
        return segments.lastEntry().getValue().size();
    }

    synchronized List<String> setAside() {
        return List.copyOf(setAside);
    }

    private Octets find(String name) throws IOException {
        var octets = segments.get(name);
        if (octets == null) {
            throw new NoSuchFileException(name);
        }
        return octets;
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(segments.keySet());
    }

    @Override
    public synchronized Appender create(String name) throws IOException {
        if (segments.containsKey(name)) {
            throw new FileAlreadyExistsException(name);
        }
        var octets = new Octets();
        segments.put(name, octets);
        return new Appender() {
            @Override
            public void append(ByteBuffer records) {
                octets.append(records);
            }

            @Override
            public void force() {
                octets.force();
            }

            @Override
            public long size() {
                return octets.size();
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Override
    public synchronized Reader open(String name) throws IOException {
        var octets = find(name);
        return new Reader() {
            @Override
            public int read(ByteBuffer into, long position) {
                return octets.read(into, position);
            }

            @Override
            public long size() {
                return octets.size();
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Override
    public synchronized void delete(String name) {
        segments.remove(name);
    }

    @Override
    public synchronized void setAside(String name) {
        if (segments.remove(name) != null) {
            setAside.add(name);
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
