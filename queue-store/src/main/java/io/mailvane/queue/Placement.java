package io.mailvane.queue;

import java.util.Arrays;

/**
 * Where a message's records lie.
 *
 * @param begin the first of them: its segment is kept for as long as the message lives, and so are all later ones
 * @param chunks in the content's order; never changed
 * @param chunkLengths octets of each chunk's payload; never changed
 * @param commit its COMMIT, or the VERDICT that took the COMMIT's place
 */
record Placement(long begin, long[] chunks, int[] chunkLengths, long commit, int commitLength) {
    /** The same content, of which from now on that record says what it is. */
    Placement with(long verdict, int verdictLength) {
        return new Placement(begin, chunks, chunkLengths, verdict, verdictLength);
    }

    /** Octets of all chunks. */
    long length() {
        return Arrays.stream(chunkLengths).asLongStream().sum();
    }
}
