package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.List;

/**
 * What a listing does to an address: keys of {@code [routing]}, of the same names with hyphens.
 *
 * @param scoreOut a code of this weight takes the address out everywhere
 * @param scoreDegraded from this score the address is DEGRADED
 * @param scoreWatch below this a list is informational
 * @param minorCap all lists below {@code scoreDegraded} together weigh at most this
 * @param ramp the shares of an address that comes back, in per cent, rising to 100
 * @param rampStep length of a step after an absence of up to a day
 * @param rampStepMax length of a step after an absence of a week
 * @param lastResort whether an address that would be quarantined is used when there is no other way out
 */
public record RoutingSettings(
        double scoreOut,
        double scoreDegraded,
        double scoreWatch,
        double minorCap,
        List<Integer> ramp,
        Duration rampStep,
        Duration rampStepMax,
        boolean lastResort,
        Flap flap,
        Learning learning) {
    public static final RoutingSettings DEFAULT = new RoutingSettings(
            100,
            40,
            10,
            35,
            List.of(5, 10, 20, 40, 70, 100),
            Duration.ofHours(2),
            Duration.ofHours(24),
            true,
            Flap.DEFAULT,
            Learning.DEFAULT);

    /**
     * Damping of an address that comes and goes (after RFC 2439).
     *
     * @param penalty added each time it gets worse: {@code flap-penalty}; so the others
     * @param suppress from this figure on it stays in the worse state
     * @param reuse until the figure has fallen below this
     * @param max but no longer than this
     */
    public record Flap(double penalty, Duration halfLife, double suppress, double reuse, Duration max) {
        public static final Flap DEFAULT = new Flap(1000, Duration.ofHours(6), 2000, 750, Duration.ofHours(48));

        public Flap {
            Checks.within("flap-penalty", penalty, 1, 1_000_000);
            Checks.atLeastASecond("flap-half-life", halfLife);
            Checks.within("flap-reuse", reuse, 1, 1_000_000);
            Checks.within("flap-suppress", suppress, reuse, 1_000_000);
            Checks.atLeastASecond("flap-max", max);
        }
    }

    /**
     * How receivers teach how much they go by a list.
     *
     * @param on {@code learn}: whether they do; if not, all is as shipped, and what was learned waits
     * @param lasts {@code learn-for}: how long what a receiver did holds
     * @param accepted {@code learn-accepted}: so many messages ...
     * @param over {@code learn-over}: ... taken within this, from addresses that the list named all the while, lower it by half
     * @param floor {@code learn-floor}: but not below this
     */
    public record Learning(boolean on, Duration lasts, int accepted, Duration over, double floor) {
        public static final Learning DEFAULT = new Learning(true, Duration.ofDays(30), 500, Duration.ofHours(24), 0.1);

        public Learning {
            Checks.atLeastASecond("learn-over", over);
            Checks.inOrder("learn-over", over, "learn-for", lasts);
            Checks.within("learn-accepted", accepted, 1, 10_000_000);
            Checks.within("learn-floor", floor, 0, 1);
        }
    }

    public RoutingSettings {
        ramp = List.copyOf(ramp);
        Checks.within("score-watch", scoreWatch, 0, 100);
        Checks.within("score-degraded", scoreDegraded, scoreWatch, 100);
        Checks.within("score-out", scoreOut, scoreDegraded, 100);
        Checks.within("minor-cap", minorCap, 0, scoreDegraded);
        Checks.atLeastASecond("ramp-step", rampStep);
        Checks.inOrder("ramp-step", rampStep, "ramp-step-max", rampStepMax);
        if (ramp.isEmpty() || ramp.getLast() != 100 || !isRising(ramp)) {
            throw new IllegalArgumentException("ramp rises, from at least 1, and ends with 100");
        }
    }

    private static boolean isRising(List<Integer> ramp) {
        int before = 0;
        for (int share : ramp) {
            if (share <= before) {
                return false;
            }
            before = share;
        }
        return true;
    }

    /**
     * Whether a list, or what it says, of this weight counts; else it is informational: shown, and without effect. What is drawn,
     * judged and told to monitoring programs goes by this alone.
     */
    public boolean counts(double weight) {
        return weight >= scoreWatch;
    }

    /** How long a step of the ramp lasts after an absence: from a day to a week the length grows evenly. */
    Duration rampStepAfter(Duration absence) {
        double days = absence.toSeconds() / 86_400.0;
        double part = Math.clamp((days - 1) / 6, 0.0, 1.0);
        long more = (long) (part * rampStepMax.minus(rampStep).toMillis());
        return rampStep.plusMillis(more);
    }
}
