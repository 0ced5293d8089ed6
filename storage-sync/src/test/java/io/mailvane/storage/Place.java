package io.mailvane.storage;

import java.util.List;

/**
 * A point that was passed.
 *
 * @param ownsSomething who passed it made a claim
 */
record Place(SimulatedProcess process, Mishap.Point point, boolean ownsSomething, long nanos) {
    List<Mishap> mishaps() {
        return thatDiffer(point.mishaps());
    }

    /** What may happen here after that has happened there: to another process, or to one that was told what is not so. */
    List<Mishap> mishapsAfter(Mishap first, Place there) {
        boolean isAnother = !process.self.equals(there.process.self) || first.kind() == Mishap.Kind.FAILED;
        return isAnother ? thatDiffer(point.freezes()) : List.of();
    }

    /** Whether it matters what else happens after that has happened here. */
    boolean isWorthAnother(Mishap first) {
        return switch (first.kind()) {
            case FROZEN -> Mishap.LONG.contains(first.until());
            case FAILED -> point != Mishap.Point.BEFORE_AT_ONCE;
            case KILLED -> true;
            case PAUSED, CUT_OFF, RELEASES, HANDS_OVER -> false;
        };
    }

    /** Who owns nothing has no deadline. */
    private List<Mishap> thatDiffer(List<Mishap> mishaps) {
        return ownsSomething
                ? mishaps
                : mishaps.stream().filter(mishap -> mishap.isAnybodys()).toList();
    }
}
