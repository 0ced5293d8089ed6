package io.mailvane.dnsbl;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What is asked to see whether a list works. */
public enum ControlKind {
    /** Its own test entry: must be listed. */
    POSITIVE,
    /** 127.0.0.1: must not be. */
    NEGATIVE,
    /** An address of 127.64.0.0/10 by chance: must not be. Catches those that spare 127.0.0.1. */
    RANDOM;

    /** What was seen of each, for people: {@code ok}, {@code none} if a list has no such point, or what is wrong. */
    public static String inWords(Map<ControlKind, String> seen) {
        boolean fine = Stream.of(values())
                .map(kind -> seen.getOrDefault(kind, "never"))
                .allMatch(text -> text.equals("ok") || text.equals("none"));
        return fine
                ? "its test entries are as they must be"
                : "its own test entry: " + seen.getOrDefault(POSITIVE, "never") + "; what it must not list: "
                        + seen.getOrDefault(NEGATIVE, "never") + "; an address by chance: "
                        + seen.getOrDefault(RANDOM, "never");
    }

    @Override
    @JsonValue
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
