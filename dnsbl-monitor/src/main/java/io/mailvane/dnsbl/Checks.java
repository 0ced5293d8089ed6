package io.mailvane.dnsbl;

import java.time.Duration;

/** What settings are held to. Each failure is an {@link IllegalArgumentException} that names the key. */
final class Checks {
    private Checks() {}

    static void atLeastASecond(String key, Duration value) {
        if (value.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(key + " is at least 1s");
        }
    }

    static void inOrder(String lowKey, Duration low, String highKey, Duration high) {
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException(lowKey + " is at most " + highKey);
        }
    }

    static void within(String key, double value, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException(key + " is within " + number(low) + " and " + number(high));
        }
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
    }
}
