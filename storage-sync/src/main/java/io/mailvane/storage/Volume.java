package io.mailvane.storage;

import java.io.IOException;

/**
 * The directory under the queue: the seam to what may be gone, full, read-only or out of sync. Each method blocks for as long as
 * the storage does; {@link VolumeWatch} asks where that harms nobody. Any number of threads.
 */
public interface Volume {
    /**
     * Makes sure that this is the volume which was here before, marks one that is new, and makes ready to look at it. Makes the directory
     * only where this node never had a volume.
     *
     * @throws IOException if it is not there, or another one is: nothing was written then. Or if it cannot be written
     */
    void open() throws IOException;

    /** @throws IOException if it is not there just now, or another one is: what is made then would be in the wrong place */
    void require() throws IOException;

    /**
     * What is left of it just now.
     *
     * @throws IOException if that cannot be asked
     */
    Space space() throws IOException;

    /**
     * Where nothing is left, gives up room that was put by for that: what must be written finds some when this returns.
     *
     * @throws IOException if it cannot be given up
     */
    void makeRoom() throws IOException;

    /** Looks at it; what is wrong is in the answer. One thread at a time. */
    Sight look();
}
