package io.mailvane.storage;

import java.time.Duration;

/**
 * How a GlusterFS is asked about its copies.
 *
 * @param program its command line: a name to be found in the path, or a path
 * @param interval between two askings; a third of it while something is wrong
 * @param deadline of one call: on a node that is cut off it waits long
 */
public record GlusterSettings(String program, Duration interval, Duration deadline) {
    public static final GlusterSettings DEFAULT =
            new GlusterSettings("gluster", Duration.ofSeconds(30), Duration.ofSeconds(15));
}
