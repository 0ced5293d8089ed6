package io.mailvane.route;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The numbers of route choice; every one is a key of {@code [routing]}.
 *
 * @param switches how often a message may change its route in one round
 * @param struckAddresses so many addresses of ours may be struck by one provider in {@code strikeWindow}: no further one is tried
 * @param patience how long a class waits for a token of a better tier
 * @param warmUp of an address that receivers do not know
 */
public record RoutingSettings(
        WhenNoRoute whenNoRoute,
        Thresholds thresholds,
        int switches,
        int struckAddresses,
        Duration strikeWindow,
        Duration greylistPin,
        Map<MailClass, Duration> patience,
        BulkBySmarthost bulkBySmarthost,
        Lanes lanes,
        RampSteps ramp,
        WarmUpSteps warmUp,
        Smarthosts smarthosts) {
    public static final RoutingSettings DEFAULT = new RoutingSettings(
            WhenNoRoute.LAST_RESORT,
            new Thresholds(10, 40, 100),
            3,
            2,
            Duration.ofHours(24),
            Duration.ofHours(24),
            Map.of(
                    MailClass.URGENT,
                    Duration.ZERO,
                    MailClass.NORMAL,
                    Duration.ofMinutes(5),
                    MailClass.BULK,
                    Duration.ofHours(2)),
            BulkBySmarthost.WHERE_NAMED,
            Lanes.DEFAULT,
            new RampSteps(List.of(5, 10, 20, 40, 70, 100), Duration.ofHours(2), Duration.ofHours(24)),
            WarmUpSteps.DEFAULT,
            Smarthosts.DEFAULT);

    public RoutingSettings {
        patience = Map.copyOf(patience);
        if (switches < 0 || struckAddresses < 1) {
            throw new IllegalArgumentException("a round has no less than 0 switches, and 1 address may be struck");
        }
        if (!patience.keySet().containsAll(List.of(MailClass.values()))) {
            throw new IllegalArgumentException("every class of mail has its patience");
        }
    }

    /** Every class has one. */
    Duration patience(MailClass mailClass) {
        return patience.getOrDefault(mailClass, Duration.ZERO);
    }

    /** What becomes of mail for which no good way is left. */
    public enum WhenNoRoute {
        HOLD,
        /** It leaves from an address that the provider may refuse. */
        LAST_RESORT
    }

    /** Whether smarthosts take bulk mail: they may be paid by the message. */
    public enum BulkBySmarthost {
        YES,
        /** Only where the configuration sends it that way in so many words: all mail, or a relay domain's by its fallback. */
        WHERE_NAMED,
        NO
    }

    /** Penalties from which an address is worse than good, a last resort, and out. */
    public record Thresholds(double watch, double degraded, double out) {
        public Thresholds {
            if (!(0 <= watch && watch <= degraded && degraded <= out)) {
                throw new IllegalArgumentException("the thresholds ascend");
            }
        }
    }

    /**
     * @param strikes of so many recipients within {@code strikesWithin} are good reason to close a lane for long
     * @param ladder how long a lane is closed, the first time and again; the last one repeats
     * @param rungAfterStrikes of the ladder, for a lane that is closed for good reason
     * @param probesPerHour while a lane is tried again, stage by stage; each has as many probes to pass as it has in an hour
     * @param probeLife a probe has at least so long to live
     * @param rateReplies so many in an hour close the lane for {@code rateCooldown}
     */
    public record Lanes(
            int strikes,
            List<Duration> ladder,
            int rungAfterStrikes,
            Duration strikesWithin,
            List<Integer> probesPerHour,
            Duration probeLife,
            int rateReplies,
            Duration rateCooldown,
            ThrottleShape slow) {
        public static final Lanes DEFAULT = new Lanes(
                2,
                List.of(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofHours(6), Duration.ofHours(24)),
                2,
                Duration.ofMinutes(30),
                List.of(1, 5, 20),
                Duration.ofHours(24),
                3,
                Duration.ofHours(2),
                new ThrottleShape(0.5, 1, 0.1, Duration.ofMinutes(10)));

        public Lanes {
            ladder = List.copyOf(ladder);
            probesPerHour = List.copyOf(probesPerHour);
            if (ladder.isEmpty() || rungAfterStrikes >= ladder.size() || probesPerHour.isEmpty()) {
                throw new IllegalArgumentException("the ladder and the probes have their rungs");
            }
        }

        Duration closedFor(int rung) {
            return ladder.get(Math.min(rung, ladder.size() - 1));
        }
    }

    /**
     * @param failuresInRow that open the breaker
     * @param window so many last results of at most {@code windowTime} are looked at, if there are {@code windowLeast}
     * @param failedPart of them that opens it
     * @param openFirst how long, doubled each time up to {@code openMost}
     * @param probes that must succeed, one by one, until it is closed
     * @param authOpen how long it is open after refused credentials
     * @param reserve part of the daily quota that is kept for better classes
     */
    public record Smarthosts(
            int failuresInRow,
            int window,
            int windowLeast,
            Duration windowTime,
            double failedPart,
            Duration openFirst,
            Duration openMost,
            int probes,
            Duration authOpen,
            double reserve,
            Duration ineligible,
            ThrottleShape slow) {
        public static final Smarthosts DEFAULT = new Smarthosts(
                5,
                20,
                10,
                Duration.ofMinutes(10),
                0.5,
                Duration.ofSeconds(30),
                Duration.ofMinutes(10),
                3,
                Duration.ofMinutes(15),
                0.2,
                Duration.ofHours(24),
                new ThrottleShape(0.7, 1, 0.05, Duration.ofMinutes(1)));

        public Smarthosts {
            if (Stream.of(windowTime, openFirst, openMost, authOpen, ineligible).anyMatch(each -> !each.isPositive())
                    || !(reserve >= 0 && reserve < 1)) {
                throw new IllegalArgumentException("times are positive, a reserve is part of a whole");
            }
        }
    }
}
