package io.mailvane.dnsbl;

import java.time.Duration;

/** Says when a snapshot is made: at once when something turned, else not too often, and of nothing that was heard too late. One thread. */
final class Publishing {
    /** How often a snapshot is made in which no state differs, only times. */
    static final Duration GAP = Duration.ofSeconds(1);

    private Moment published;
    private boolean waits;

    /** What comes first is shown at once. */
    Publishing(Moment now) {
        published = now.plus(GAP.negated());
    }

    /** Something was heard or ordered: it is to be seen. */
    void heard() {
        waits = true;
    }

    /** @param turned whether something is otherwise than it was shown */
    boolean isDue(Moment now, boolean turned) {
        return turned || now.since(published).compareTo(GAP) >= 0;
    }

    void done(Moment now) {
        published = now;
        waits = false;
    }

    /** When one is due, if something waits for it and that is before {@code latest}. */
    Moment next(Moment latest) {
        var due = published.plus(GAP);
        return waits && due.isBefore(latest) ? due : latest;
    }
}
