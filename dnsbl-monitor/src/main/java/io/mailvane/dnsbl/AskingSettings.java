package io.mailvane.dnsbl;

import java.time.Duration;

/**
 * How lists are asked: keys of {@code [dnsbl]}, of the same names with hyphens.
 *
 * @param timeout of the first server
 * @param secondTimeout of the second, and of the only one the second time
 * @param controlInterval between two looks at a list's test points
 * @param controlStale what was seen of them longer ago is no proof
 * @param inFlight questions at once
 */
public record AskingSettings(
        Duration timeout,
        Duration secondTimeout,
        Duration controlInterval,
        Duration controlStale,
        int inFlight,
        Budget budget) {
    public static final AskingSettings DEFAULT = new AskingSettings(
            Duration.ofMillis(1500),
            Duration.ofSeconds(3),
            Duration.ofMinutes(30),
            Duration.ofMinutes(45),
            64,
            Budget.DEFAULT);

    /**
     * What one operator, a group of lists, is asked at most.
     *
     * @param inFlight questions at once: {@code operator-in-flight}; so the others
     * @param rate questions a second
     * @param burst questions at a time after a pause
     * @param daily questions in 24 hours
     */
    public record Budget(int inFlight, double rate, int burst, int daily) {
        public static final Budget DEFAULT = new Budget(4, 5, 20, 20_000);

        public Budget {
            Checks.within("operator-in-flight", inFlight, 1, 64);
            Checks.within("operator-rate", rate, 0.01, 1000);
            Checks.within("operator-burst", burst, 1, 10_000);
            Checks.within("operator-daily", daily, 1, 10_000_000);
        }
    }

    public AskingSettings {
        if (timeout.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("timeout is at least 100ms");
        }
        Checks.inOrder("timeout", timeout, "second-timeout", secondTimeout);
        Checks.inOrder("second-timeout", secondTimeout, "control-interval", controlInterval);
        Checks.atLeastASecond("control-interval", controlInterval);
        Checks.inOrder("control-interval", controlInterval, "control-stale", controlStale);
        Checks.within("in-flight", inFlight, 1, 1024);
    }
}
