package io.mailvane.dnsbl;

import io.mailvane.dnsbl.NameFinding.Weight;
import io.mailvane.dnsbl.NameFinding.Wrong;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether an address's names are right, as far as looks at them say. A value.
 *
 * @param right whether they once were
 * @param claimed what the last looks found wrong
 * @param since when that, or something as grave, was first found
 * @param confirmed whether it was found again, the gap later
 */
record NameStanding(boolean right, Optional<Wrong> claimed, Optional<Moment> since, boolean confirmed) {
    static final NameStanding UNKNOWN = new NameStanding(false, Optional.empty(), Optional.empty(), false);

    /** @param gap between two looks that count */
    NameStanding after(NameFinding finding, Duration gap, Moment now) {
        return switch (finding) {
            case NameFinding.Right _, NameFinding.Absent _ ->
                new NameStanding(true, Optional.empty(), Optional.empty(), false);
            case NameFinding.Unknown _ -> this;
            case Wrong wrong -> isGraver(wrong) ? first(wrong, now) : again(wrong, gap, now);
        };
    }

    /** What was confirmed is no proof of it. */
    private boolean isGraver(Wrong wrong) {
        return claimed.map(before -> before.weight().compareTo(wrong.weight()) < 0)
                .orElse(true);
    }

    private NameStanding first(Wrong wrong, Moment now) {
        return new NameStanding(right, Optional.of(wrong), Optional.of(now), false);
    }

    private NameStanding again(Wrong wrong, Duration gap, Moment now) {
        var first = since.orElse(now);
        return new NameStanding(
                right,
                Optional.of(wrong),
                Optional.of(first),
                confirmed || now.since(first).compareTo(gap) >= 0);
    }

    boolean isDoubtful() {
        return claimed.isPresent() && !confirmed;
    }

    boolean isWrong() {
        return claimed.isPresent() && confirmed;
    }

    /** Whether receivers refuse mail for what is wrong. */
    boolean isRefused() {
        return isWrong()
                && claimed.filter(wrong -> wrong.weight() == Weight.REFUSED).isPresent();
    }

    /** "" if nothing is claimed. */
    String reason() {
        return claimed.map(Wrong::reason).orElse("");
    }
}
