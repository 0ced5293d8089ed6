package io.mailvane.appliance.web;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a peer just now.
 *
 * @param up whether the last word of it is young enough
 * @param asOf when it was last heard, by our own clock; empty: never
 * @param clock what its own clock shows now, by what it said last and how long ago that was; empty: it never said
 * @param why the last pull failed; "" if it did not
 */
public record PeerView(
        String node,
        URI url,
        boolean up,
        Optional<Instant> asOf,
        Optional<Instant> clock,
        Optional<Snapshot> snapshot,
        String why) {
    public String state() {
        return up ? "up" : "unreachable";
    }
}
