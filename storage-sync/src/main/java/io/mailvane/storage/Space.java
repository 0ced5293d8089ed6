package io.mailvane.storage;

/**
 * What is left of a file system.
 *
 * @param freeOctets that a user without privileges may take
 * @param inodes of all; 0: it does not count them
 */
public record Space(long freeOctets, long octets, long freeInodes, long inodes) {
    /** Whether files can run out before octets do. */
    public boolean countsInodes() {
        return inodes > 0;
    }
}
