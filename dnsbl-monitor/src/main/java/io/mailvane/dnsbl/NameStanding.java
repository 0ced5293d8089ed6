package io.mailvane.dnsbl;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether an address's names are right, as far as looks at them say. A value.
 *
 * @param right whether they once were
 * @param claimed what the last looks found wrong; "" if nothing
 * @param since when that was first found
 * @param confirmed whether it was found again, the gap later
 */
record NameStanding(boolean right, String claimed, Optional<Moment> since, boolean confirmed) {
    static final NameStanding UNKNOWN = new NameStanding(false, "", Optional.empty(), false);

    /** @param gap between two looks that count */
    NameStanding after(NameFinding finding, Duration gap, Moment now) {
        return switch (finding) {
            case NameFinding.Right _ -> new NameStanding(true, "", Optional.empty(), false);
            case NameFinding.Unknown _ -> this;
            case NameFinding.Wrong wrong -> {
                var first = since.orElse(now);
                yield new NameStanding(
                        right,
                        wrong.reason(),
                        Optional.of(first),
                        confirmed || (since.isPresent() && now.since(first).compareTo(gap) >= 0));
            }
        };
    }

    boolean isDoubtful() {
        return !claimed.isEmpty() && !confirmed;
    }

    boolean isWrong() {
        return !claimed.isEmpty() && confirmed;
    }
}
