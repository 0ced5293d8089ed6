package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.function.DoublePredicate;
import java.util.random.RandomGenerator;

/** When a cell is asked again. Pure but for the chance it is handed, which keeps checks from falling into step. */
final class Pace {
    private static final int LONGEST_BACK_OFF = 5;

    private final JudgingSettings settings;
    private final DoublePredicate counts;
    private final RandomGenerator random;

    /** @param counts whether a list of that weight does; else it is informational, and asked rarely */
    Pace(JudgingSettings settings, DoublePredicate counts, RandomGenerator random) {
        this.settings = settings;
        this.counts = counts;
        this.random = random;
    }

    Duration next(Cell cell, double weight) {
        if (cell.last().failures() > 0) {
            return backOff(cell.last().failures());
        }
        return switch (cell.state()) {
            case SUSPECT -> confirming();
            case LISTED -> cell.run().isPresent() ? confirming() : jittered(listed(cell));
            case CLEARING -> clearing();
            case NONE, CLEAN -> jittered(ordinary(cell, weight));
        };
    }

    /** After its first answer a cell takes its own place in the interval, so that not all are asked in one burst for ever. */
    Duration spread(Cell cell, double weight, IpAddress address, DnsblList list) {
        if (cell.state() != CellState.CLEAN || cell.last().failures() > 0) {
            return next(cell, weight);
        }
        int hash = (address + " " + list.id()).hashCode() & 0xffff;
        var interval = ordinary(cell, weight);
        return interval.dividedBy(2).plus(interval.multipliedBy(hash).dividedBy(2 * 0x10000L));
    }

    /** 1, 2, 4, 8, 16, 32 minutes; quicker where the operator wants quicker checks. */
    private Duration backOff(int failures) {
        var first = Duration.ofMinutes(1);
        var unit = settings.interval()
                .filter(interval -> interval.compareTo(first) < 0)
                .orElse(first);
        return jittered(unit.multipliedBy(1L << Math.min(failures - 1, LONGEST_BACK_OFF)));
    }

    private Duration confirming() {
        long gap = settings.confirmGap().toMillis();
        return Duration.ofMillis(gap + random.nextLong(gap + 1));
    }

    private Duration clearing() {
        int steps = Math.max(1, settings.cleanConfirmations() - 1);
        var step = settings.cleanOver().dividedBy(steps);
        var bounded = step.compareTo(settings.intervalMax()) > 0 ? settings.intervalMax() : step;
        return bounded.compareTo(settings.confirmGap()) > 0 ? bounded : settings.confirmGap();
    }

    private Duration listed(Cell cell) {
        return settings.interval().orElseGet(() -> clamp(ttl(cell), settings.intervalListed()));
    }

    private Duration ordinary(Cell cell, double weight) {
        if (settings.interval().isPresent()) {
            return settings.interval().get();
        }
        return counts.test(weight) ? clamp(ttl(cell), settings.intervalMin()) : settings.intervalMax();
    }

    private Duration ttl(Cell cell) {
        return cell.last().answer().flatMap(Answer::ttl).orElse(settings.intervalDefault());
    }

    private Duration clamp(Duration ttl, Duration min) {
        var bounded = ttl.compareTo(settings.intervalMax()) > 0 ? settings.intervalMax() : ttl;
        return bounded.compareTo(min) < 0 ? min : bounded;
    }

    private Duration jittered(Duration duration) {
        return Duration.ofMillis((long) (duration.toMillis() * (0.9 + 0.2 * random.nextDouble())));
    }
}
