package io.mailvane.storage;

import java.time.Duration;

/**
 * When a volume is good enough to take mail, and how often it is looked at.
 *
 * @param lowSpace free octets below which no mail is taken
 * @param enoughSpace from which on it is taken again
 * @param lowInodes free files below which no mail is taken; 0: they do not matter
 * @param slowForce from which on a force is told to be slow
 * @param interval between two looks
 * @param deadline of a look: after it the volume is taken to hang
 * @param forceInterval between two measurements of a force
 */
public record VolumeSettings(
        long lowSpace,
        long enoughSpace,
        long lowInodes,
        Duration slowForce,
        Duration interval,
        Duration deadline,
        Duration forceInterval) {
    private static final long MEBI = 1L << 20;

    public static final VolumeSettings DEFAULT = new VolumeSettings(
            512 * MEBI,
            768 * MEBI,
            1000,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    public VolumeSettings {
        if (enoughSpace < lowSpace) {
            throw new IllegalArgumentException("enough-space must not be below low-space");
        }
    }

    /** Room is enough again with half as much more than what is low. */
    static long enough(long low) {
        return low + low / 2;
    }
}
