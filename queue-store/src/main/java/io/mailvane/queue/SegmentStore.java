package io.mailvane.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where one partition's segments lie: the seam between the queue and a replicated directory, disk or log service. Names
 * are the queue's; a store compares and orders them as ASCII text.
 *
 * <p>Threads: one appends, any number read, also of the segment that is being appended to.
 */
public interface SegmentStore extends Closeable {
    /** Names of all segments, ascending. */
    List<String> list() throws IOException;

    /**
     * Begins a segment that does not exist yet, and makes its existence durable.
     *
     * @throws java.nio.file.FileAlreadyExistsException if it does: a segment is written by one writer, once
     */
    Appender create(String name) throws IOException;

    /** Opens a segment for reading, sealed or still growing. */
    Reader open(String name) throws IOException;

    /** Removes a segment for good; none of that name is no error. */
    void delete(String name) throws IOException;

    /** Keeps a damaged segment for whoever salvages, where {@link #list} does not see it; none of that name is no error. */
    void setAside(String name) throws IOException;

    /** The one writer of a segment, from creation to seal. */
    interface Appender extends Closeable {
        /**
         * Appends all that remains in {@code records}. After an exception the segment may hold a part of it, and nothing
         * may be appended any more.
         */
        void append(ByteBuffer records) throws IOException;

        /**
         * Returns when all that was appended would survive the loss of power, on every replica that the store promises.
         * After an exception nothing is known of what was appended since the last force, and nothing may be appended.
         */
        void force() throws IOException;

        /** Octets appended so far. */
        long size();
    }

    /** Positional reads of one segment; any number of threads. */
    interface Reader extends Closeable {
        /** Reads until {@code into} is full or the segment ends; returns the octets read, 0 at the end. */
        int read(ByteBuffer into, long position) throws IOException;

        long size() throws IOException;
    }
}
