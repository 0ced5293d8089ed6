package io.mailvane.dnsbl;

import io.mailvane.dnsbl.RoutingSettings.Learning;
import java.time.Duration;
import java.util.Optional;

/**
 * What is made of a receiver's deeds: one that cites a list goes by it in full; one that takes a day's mail from an address which
 * the list names goes by it half as much as was thought. Pure: the same history teaches the same.
 *
 * <p>What was heard last holds. A citation forgets what was lowered, and a day must pass anew before anything is; mail taken for a
 * day after a citation forgets the citation first, and only the next day halves what was shipped.
 */
final class LearningRules {
    /** One that goes by a list at all loses an address in full. */
    private static final double IN_FULL = 1;

    private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
    private static final Duration LONGEST_GAP = Duration.ofMinutes(1);

    private final Learning settings;

    LearningRules(Learning settings) {
        this.settings = settings;
    }

    /** Whether anything is made of them. */
    boolean isOn() {
        return settings.on();
    }

    /** How long a receiver is watched before it counts what it took. */
    Duration over() {
        return settings.over();
    }

    /** How often what receivers took is looked at. */
    Duration gap() {
        var part = settings.over().dividedBy(Intake.SLOTS);
        var least = part.compareTo(SHORTEST_GAP) < 0 ? SHORTEST_GAP : part;
        return least.compareTo(LONGEST_GAP) > 0 ? LONGEST_GAP : least;
    }

    /**
     * The receiver took these messages within the last {@link #over}, in all of which the list named the addresses.
     *
     * @param shipped the affinity that the catalogue has
     */
    Optional<Learned> took(Optional<Learned> before, double shipped, long messages, Moment now) {
        boolean isNews = before.map(each -> now.since(each.at()).compareTo(settings.over()) >= 0)
                .orElse(true);
        if (messages < settings.accepted() || !isNews) {
            return before;
        }
        int halvings = before.map(LearningRules::next).orElse(1);
        var after = new Learned.Took(now, lowest(halvings, shipped), messages);
        boolean isNothing = before.isEmpty() && after.halvings() == 0;
        return isNothing ? before : Optional.of(after);
    }

    private static int next(Learned before) {
        return switch (before) {
            case Learned.Cited _ -> 0;
            case Learned.Took took -> took.halvings() + 1;
        };
    }

    /** No more of them than make a difference: from the floor it goes no lower. */
    private int lowest(int halvings, double shipped) {
        int least = halvings;
        while (least > 0 && lowered(least - 1, shipped) == lowered(least, shipped)) {
            least--;
        }
        return least;
    }

    private double lowered(int halvings, double shipped) {
        double halved = shipped * Math.pow(0.5, halvings);
        return Math.min(shipped, Math.max(settings.floor(), halved));
    }

    /** How much the receiver goes by the list. */
    double affinity(Learned learned, double shipped) {
        return switch (learned) {
            case Learned.Cited _ -> Math.max(IN_FULL, shipped);
            case Learned.Took took -> lowered(took.halvings(), shipped);
        };
    }

    Moment until(Learned learned) {
        return learned.at().plus(settings.lasts());
    }

    boolean isOver(Learned learned, Moment now) {
        return !now.isBefore(until(learned));
    }
}
