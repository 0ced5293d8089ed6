package io.mailvane.appliance.web;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What every page begins with.
 *
 * @param asOf when it was made
 */
public record PageHead(String title, String node, String zone, String state, Instant asOf) {
    static PageHead of(String title, NodeStatus status, Instant now) {
        return new PageHead(
                title, status.node(), status.zone(), status.state().label(), now.truncatedTo(ChronoUnit.SECONDS));
    }
}
