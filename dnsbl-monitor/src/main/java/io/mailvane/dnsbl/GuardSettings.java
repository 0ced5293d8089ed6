package io.mailvane.dnsbl;

import java.time.Duration;

/**
 * When so much changes at once that the lists, or the way to them, are doubted first: keys of {@code [dnsbl]}.
 *
 * @param window {@code correlated-window}
 * @param groups {@code correlated-groups}: so many lists of different operators
 * @param percent {@code correlated-percent}: so much of all cells
 * @param cellsMin {@code correlated-cells}: the rule of the percentage holds from so many cells on
 */
public record GuardSettings(Duration window, int groups, double percent, int cellsMin) {
    public static final GuardSettings DEFAULT = new GuardSettings(Duration.ofMinutes(10), 3, 30, 10);

    public GuardSettings {
        Checks.atLeastASecond("correlated-window", window);
        Checks.within("correlated-groups", groups, 2, 1000);
        Checks.within("correlated-percent", percent, 1, 100);
        Checks.within("correlated-cells", cellsMin, 1, 100_000);
    }
}
