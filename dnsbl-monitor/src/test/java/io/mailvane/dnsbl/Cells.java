package io.mailvane.dnsbl;

import java.time.Duration;
import java.time.Instant;

/** A cell and the clock it is told. */
final class Cells {
    static final Instant START = Instant.parse("2026-11-25T12:00:00Z");

    private Cells() {}

    static Moment at(Duration sinceStart) {
        return new Moment(1_000_000_000_000L, START).plus(sinceStart);
    }

    static Moment minute(double minutes) {
        return at(Duration.ofMillis((long) (minutes * 60_000)));
    }

    static Cell.Query by(String server) {
        return new Cell.Query(server, ResolverMode.DIRECT, Duration.ofMillis(20));
    }

    /** What a restart leaves of it. */
    static Cell recalled(Cell cell) {
        return Cell.recalled(
                cell.state(),
                cell.since(),
                cell.listing(),
                cell.last().verified(),
                cell.last().positiveTtl(),
                cell.mute());
    }
}
